// What is to end at a time moves with a clock that is set: an hour stays an hour, whatever the clock says. Within one boot: the
// clock's own word is all there is after a restart of the host.
import { uptime } from 'node:os'
import type { Database } from '../db/database.ts'
import { createSettingsTable } from '../db/settings.ts'
import { readBootId } from './claude/process-table.ts'
import type { Tables } from './tables.ts'

export type MovingEnds = {
  /**
   * The wall clock in milliseconds, for what ends at a time: what a new end counts from, and what an end is held against.
   * Moves the ends first if the clock was set since the last look. Never throws.
   */
  now(): number
  /** By how many milliseconds they were moved since this was last asked. */
  takeMoved(): number
}

/** Where the wall clock stands against the time since the host was started, which nobody sets and which counts its sleep. */
type Offset = { boot: string; ms: number }

/** NTP slews within this; a larger step is a jump: somebody set the clock, or the host slept. */
export const JUMP_MS = 2_000

const KEY = 'clock_offset'

/**
 * Keeps the ends of time boxes, of questions to operators and of running turns; logins and links, which are to end, end by the clock.
 * The clock may also have been set while no console ran.
 */
export function keepEnds(options: {
  database: Database
  tables: Pick<Tables, 'sessions' | 'approvals' | 'turns'>
  onFailure: (error: unknown) => void
  read?: () => Offset
}): MovingEnds {
  const { database, tables, onFailure, read = readOffset } = options
  const settings = createSettingsTable(database)
  const move = database.transaction((byMs: number, now: Offset) => {
    tables.sessions.moveEnds(byMs)
    tables.approvals.moveEnds(byMs)
    tables.turns.moveDeadlines(byMs)
    settings.set(KEY, JSON.stringify(now))
  })
  let before = lastKnown()
  let moved = 0

  function lastKnown(): Offset | null {
    const known = settings.get(KEY)
    return known === null ? null : (JSON.parse(known) as Offset)
  }

  function follow() {
    const now = read()
    const byMs = before?.boot === now.boot ? now.ms - before.ms : 0
    try {
      if (Math.abs(byMs) > JUMP_MS) {
        move.immediate(byMs, now)
        moved += byMs
      } else if (before?.boot !== now.boot) {
        settings.set(KEY, JSON.stringify(now))
      }
      before = now
    } catch (error) {
      onFailure(error) // the record can't be written: the next look tries again
    }
  }

  follow()
  return {
    now() {
      follow()
      return Date.now()
    },
    takeMoved() {
      follow()
      const taken = moved
      moved = 0
      return taken
    },
  }
}

function readOffset(): Offset {
  return { boot: readBootId(), ms: Math.round(Date.now() - uptime() * 1000) }
}
