// Heads of the hash chains, kept outside the database: a cut tail shows.
import { appendFileSync, readFileSync } from 'node:fs'

export type Anchor = { at: string; session_id: string; seq: number; hash: string }

const EVERY_MS = 60_000
/** What grew shortly before the last time is looked at again: times of events are wall times. */
const OVERLAP_MS = 10 * 60_000

/** Appends to the anchor file. @throws Error when it can't be written */
export function writeAnchors(path: string, anchors: readonly Anchor[]): void {
  if (anchors.length === 0) return
  appendFileSync(path, anchors.map((anchor) => `${JSON.stringify(anchor)}\n`).join(''), { mode: 0o600 })
}

/**
 * Reads an anchor file; lines that are no anchors are counted.
 * @throws Error when the file can't be read
 */
export function readAnchors(path: string): { anchors: Anchor[]; broken: number } {
  let broken = 0
  const anchors = readFileSync(path, 'utf8')
    .split('\n')
    .flatMap((line): Anchor[] => {
      if (line === '') return []
      try {
        const { at, session_id, seq, hash } = JSON.parse(line) as Record<string, unknown>
        if (typeof session_id === 'string' && typeof seq === 'number' && typeof hash === 'string') {
          return [{ at: String(at), session_id, seq, hash }]
        }
      } catch {}
      broken += 1
      return []
    })
  return { anchors, broken }
}

/**
 * Anchors what has grown since the last time: when asked to, every minute, and at the start what the console before
 * did not come to anchor.
 *
 * @param options.heads of the chains that grew since a time, ISO 8601
 */
export function startAnchoring(options: {
  path: string
  heads: (since: string) => { session_id: string; seq: number; hash: string }[]
  onProblem: (problem: string) => void
}) {
  const { path, heads, onProblem } = options
  const known = knownAnchors(path)
  let since = ''

  function anchor() {
    const at = new Date().toISOString()
    const grown = heads(since).filter(({ session_id, seq }) => seq > (known.get(session_id) ?? 0))
    try {
      writeAnchors(
        path,
        grown.map((head) => ({ at, ...head })),
      )
      for (const { session_id, seq } of grown) known.set(session_id, seq)
      since = new Date(Date.now() - OVERLAP_MS).toISOString()
    } catch (error) {
      onProblem(`The anchor file ${path} can't be written: ${(error as Error).message}`)
    }
  }

  anchor()
  const timer = setInterval(anchor, EVERY_MS)
  timer.unref()
  return {
    anchor,
    close() {
      clearInterval(timer)
      anchor()
    },
  }
}

function knownAnchors(path: string): Map<string, number> {
  try {
    return new Map(readAnchors(path).anchors.map(({ session_id, seq }) => [session_id, seq]))
  } catch {
    return new Map() // the first start
  }
}
