/** The most text that is parsed as markdown in one go; what is longer is shown as plain text. */
export const MARKDOWN_MAX_CHARACTERS = 200_000

/**
 * Splits markdown at the blank lines between its top-level blocks, so that text that grows costs only its last one.
 * Text with reference definitions stays whole, since they act from anywhere.
 */
export function splitMarkdown(text: string): string[] {
  if (/^ {0,3}\[[^\]\n]+\]:/m.test(text)) return [text]
  const blocks: string[] = []
  let lines: string[] = []
  let fence: string | null = null
  let blank = false
  for (const line of text.split('\n')) {
    const indented = /^(?: {2,}|\t)/.test(line)
    if (blank && fence === null && line !== '' && !indented && !continuesList(lines, line)) {
      blocks.push(lines.join('\n'))
      lines = []
    }
    lines.push(line)
    const mark = /^\s*(`{3,}|~{3,})/.exec(line)?.[1]
    if (mark !== undefined) {
      if (fence === null) fence = mark
      else if (mark.startsWith(fence) && line.trim() === mark) fence = null
    }
    blank = line.trim() === ''
  }
  if (lines.some((line) => line !== '')) blocks.push(lines.join('\n'))
  return blocks
}

/** Items of one list stay together, so that their numbers and spacing do. */
function continuesList(lines: string[], line: string): boolean {
  const item = /^ {0,3}(?:[-*+]|\d{1,9}[.)])\s/
  return item.test(line) && lines[0] !== undefined && item.test(lines[0])
}

/**
 * What of a half-typed block can be shown without a marker that means nothing yet: a line of nothing but markers, a
 * row that may become a table, emphasis that has just been opened.
 */
export function holdBack(block: string): string {
  if (inFence(block)) return block
  const lines = block.replace(/\n+$/, '').split('\n')
  const last = lines.at(-1) ?? ''
  if (/^\s*(?:[-*+=#>`~|_:]+|\d{1,9}[.)]?|\[[ xX]?\]?|[-*+]\s+\[[ xX]?\]?)\s*$/.test(last)) lines.pop()
  let rows = lines.length
  while (rows > 0 && /^\s*\|/.test(lines[rows - 1] ?? '')) rows -= 1
  const table = lines.slice(rows)
  const delimiter = /^\s*\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?\s*$/
  if (table.length > 0 && !delimiter.test(table[1] ?? '')) lines.length = rows
  return lines.join('\n').replace(/(^|[\s(])(?:[*_~]{1,3}|`{1,2}|!?\[)$/, '$1')
}

function inFence(block: string): boolean {
  return (
    (block.match(/^\s*(?:`{3,}|~{3,})/gm)?.length ?? 0) % 2 === 1 && !/\n\s*(?:`{1,2}|~{1,2})$/.test(block)
  )
}
