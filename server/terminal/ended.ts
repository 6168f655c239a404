// The last screens of terminals that have just ended: who looks a moment later still sees how it ended.
import type { TerminalFrame } from '../../lib/terminal-api.ts'
import type { Snapshot } from './screen.ts'
import type { Follower, From } from './terminal.ts'

const ENDED_KEPT = 10
const ENDED_KEPT_BYTES = 8 * 1024 * 1024

type End = { exit_code: number | null; reason: string | null }

export function createEndedTerminals() {
  const kept = new Map<string, { snapshot: Snapshot; end: End }>()
  const bytes = () => [...kept.values()].reduce((sum, { snapshot }) => sum + snapshot.data.length, 0)

  return {
    keep(id: string, snapshot: Snapshot, end: End) {
      kept.set(id, { snapshot, end })
      for (const oldest of kept.keys()) {
        if (kept.size <= ENDED_KEPT && bytes() <= ENDED_KEPT_BYTES) break
        kept.delete(oldest)
      }
    },
    snapshot: (id: string): Snapshot | null => kept.get(id)?.snapshot ?? null,
    /** Tells the last screen, unless it was seen, and the end. */
    follow(id: string, follower: Follower, from: From) {
      const found = kept.get(id)
      if (!found) return null
      const { data, cols, rows, offset } = found.snapshot
      const frames: TerminalFrame[] = [found.end]
      if (from !== offset)
        frames.unshift({ snapshot: Buffer.from(data).toString('base64'), cols, rows, keyboard: null })
      return {
        pump() {
          while (frames.length > 0 && follower.hasRoom()) {
            const frame = frames.shift()
            if (frame) follower.send(frame, offset)
          }
        },
        close() {},
      }
    },
  }
}
