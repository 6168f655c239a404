/** `changed`: from where to where a line differs from the one that it replaces or is replaced by. */
export type PatchLine = {
  type: 'same' | 'added' | 'removed' | 'gap'
  text: string
  changed?: { from: number; to: number }
}
export type Patch = { lines: PatchLine[]; added: number; removed: number }
type Input = Record<string, unknown>

/** Longest text of one side that is compared; beyond it both sides are shown one after the other. */
const COMPARE_MAX_CHARACTERS = 100_000
const CONTEXT_LINES = 3
/** Lines of more than this are not looked into. */
const LOOK_INTO_CHARACTERS = 2000

/** The pairs of old and new text that a file tool's input holds; null for any other tool. */
export function readEdits(name: string, input: Input): { before: string; after: string }[] | null {
  const text = (value: unknown) => (typeof value === 'string' ? value : '')
  if (name === 'Edit') return [{ before: text(input.old_string), after: text(input.new_string) }]
  if (name === 'Write') return [{ before: '', after: text(input.content) }]
  if (name !== 'MultiEdit' || !Array.isArray(input.edits)) return null
  return input.edits.flatMap((edit: unknown) => {
    if (typeof edit !== 'object' || edit === null) return []
    const { old_string, new_string } = edit as Input
    return [{ before: text(old_string), after: text(new_string) }]
  })
}

/** Compares line by line. The comparison itself is loaded when it is first needed. */
export async function createPatch(edits: { before: string; after: string }[]): Promise<Patch> {
  const { structuredPatch } = await import('diff')
  const lines: PatchLine[] = []
  for (const { before, after } of edits) {
    if (lines.length > 0) lines.push({ type: 'gap', text: '' })
    if (before.length + after.length > COMPARE_MAX_CHARACTERS) {
      lines.push(...before.split('\n').map((text) => ({ type: 'removed' as const, text })))
      lines.push(...after.split('\n').map((text) => ({ type: 'added' as const, text })))
      continue
    }
    const { hunks } = structuredPatch('a', 'b', endLine(before), endLine(after), '', '', {
      context: CONTEXT_LINES,
    })
    hunks.forEach((hunk, at) => {
      if (at > 0) lines.push({ type: 'gap', text: '' })
      for (const line of hunk.lines)
        if (!line.startsWith('\\')) lines.push({ type: TYPE[line.charAt(0)] ?? 'same', text: line.slice(1) })
    })
  }
  markChanges(lines)
  const count = (type: PatchLine['type']) => lines.filter((line) => line.type === type).length
  return { lines, added: count('added'), removed: count('removed') }
}

const TYPE: Record<string, PatchLine['type']> = { '+': 'added', '-': 'removed', ' ': 'same' }

/** Where as many lines came as went, each has its counterpart: what differs in a pair is marked, if little does. */
function markChanges(lines: PatchLine[]): void {
  for (let at = 0; at < lines.length; ) {
    const removed = run(lines, at, 'removed')
    const added = run(lines, at + removed, 'added')
    if (removed === added)
      for (let line = at; line < at + removed; line += 1) markPair(lines[line], lines[line + removed])
    at += Math.max(1, removed + added)
  }
}

function run(lines: readonly PatchLine[], from: number, type: PatchLine['type']): number {
  let to = from
  while (lines[to]?.type === type) to += 1
  return to - from
}

function markPair(before: PatchLine | undefined, after: PatchLine | undefined): void {
  if (!before || !after || before.text.length + after.text.length > LOOK_INTO_CHARACTERS) return
  const [one, other] = [[...before.text], [...after.text]]
  const shorter = Math.min(one.length, other.length)
  let start = 0
  while (start < shorter && one[start] === other[start]) start += 1
  let end = 0
  while (end < shorter - start && one.at(-1 - end) === other.at(-1 - end)) end += 1
  if (start + end < shorter / 2) return
  const span = (characters: string[]) => ({
    from: characters.slice(0, start).join('').length,
    to: characters.slice(0, characters.length - end).join('').length,
  })
  before.changed = span(one)
  after.changed = span(other)
}

function endLine(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`
}
