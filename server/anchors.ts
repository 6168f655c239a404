// Heads of the hash chains, kept outside the database: a cut tail shows.
import { appendFileSync, readFileSync } from 'node:fs'

export type Anchor = { at: string; session_id: string; seq: number; hash: string }

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

/** Anchors what has grown since the last time, now and every minute. */
export function startAnchoring(options: {
  path: string
  heads: () => { session_id: string; seq: number; hash: string }[]
  onProblem: (problem: string) => void
}) {
  const { path, heads, onProblem } = options
  const known = new Map<string, number>()

  function anchor() {
    const at = new Date().toISOString()
    const grown = heads().filter(({ session_id, seq }) => seq > (known.get(session_id) ?? 0))
    try {
      writeAnchors(
        path,
        grown.map((head) => ({ at, ...head })),
      )
      for (const { session_id, seq } of grown) known.set(session_id, seq)
    } catch (error) {
      onProblem(`The anchor file ${path} can't be written: ${(error as Error).message}`)
    }
  }

  const timer = setInterval(anchor, 60_000)
  timer.unref()
  return {
    anchor,
    close() {
      clearInterval(timer)
      anchor()
    },
  }
}
