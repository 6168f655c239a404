// Logins: opened, found, kept alive, ended; also while the database can't be written.
import { type Database, isBusy, isDiskTrouble } from '../../db/database.ts'
import { createLoginsTable, type LoginRow } from '../../db/logins.ts'
import type { OperatorRow } from '../../db/operators.ts'

export const IDLE_LIMIT_MS = 30 * 60_000
export const ABSOLUTE_LIMIT_MS = 8 * 60 * 60_000
/** How many browsers an operator can be signed in with; the oldest login gives way. */
const LOGINS_PER_OPERATOR = 20
/** A login's last use is written down once in this time only. */
const TOUCH_MS = 30_000

export type LoginStore = ReturnType<typeof createLoginStore>

/**
 * Contract: `open` and `end` always work. Where the disk is full or another process holds the database, a login
 * lives in this process only, and ends with it.
 */
export function createLoginStore(database: Database, now: () => number) {
  const table = createLoginsTable(database)
  /** Logins that could not be written, with the password hash they were opened under: a new password ends them. */
  const unwritten = new Map<string, LoginRow & { password_hash: string }>()
  /** Ended logins whose row could not be removed yet. */
  const ended = new Set<string>()
  let writableAgainMs = 0

  /** @returns whether it was written */
  function tryWrite(write: () => void): boolean {
    try {
      write()
      return true
    } catch (error) {
      if (!isBusy(error) && !isDiskTrouble(error)) throw error
      return false
    }
  }

  return {
    open(row: LoginRow, operator: OperatorRow) {
      const written = tryWrite(
        database.transaction(() => {
          table.removeOld(now() - ABSOLUTE_LIMIT_MS, now() - IDLE_LIMIT_MS)
          table.insert(row)
          table.keepNewest(operator.id, LOGINS_PER_OPERATOR)
        }).immediate,
      )
      if (!written) unwritten.set(row.token_hash, { ...row, password_hash: operator.password_hash })
    },

    /** A login that was not ended; whether it is expired is `isExpired`'s matter. */
    find(hash: string): (LoginRow & { password_hash?: string }) | null {
      return ended.has(hash) ? null : (unwritten.get(hash) ?? table.byHash(hash))
    },

    isExpired: (row: LoginRow) =>
      now() - row.last_seen_ms >= IDLE_LIMIT_MS || now() - row.created_at_ms >= ABSOLUTE_LIMIT_MS,

    /** Notes that somebody is there. */
    touch(row: LoginRow) {
      if (now() - row.last_seen_ms < TOUCH_MS || now() < writableAgainMs) return
      const kept = unwritten.get(row.token_hash)
      if (kept) kept.last_seen_ms = now()
      // A held database costs 50 ms a try: not at every request.
      else if (!tryWrite(() => table.touch(row.token_hash, now()))) writableAgainMs = now() + TOUCH_MS
    },

    /** Notes until when the password that was shown again is good. */
    stepUp(row: LoginRow, untilMs: number) {
      const kept = unwritten.get(row.token_hash)
      if (kept) kept.stepped_up_until_ms = untilMs
      else table.stepUp(row.token_hash, untilMs)
    },

    end(hash: string) {
      unwritten.delete(hash)
      ended.add(hash)
      for (const each of ended) if (tryWrite(() => table.remove(each))) ended.delete(each)
    },
  }
}
