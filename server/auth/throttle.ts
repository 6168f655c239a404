// Slows the guessing of passwords down: five failures from an address block it for a while, across restarts.
import { isIPv6 } from 'node:net'
import { type Database, isBusy, isDiskTrouble } from '../../db/database.ts'
import { createFailuresTable, type FailuresRow } from '../../db/sign-in-failures.ts'
import { HttpProblem } from '../http/problem.ts'

const FAILURES_BEFORE_BLOCK = 5
const WINDOW_MS = 15 * 60_000
const FIRST_BLOCK_MS = 30 * 60_000
const LONGEST_BLOCK_MS = 24 * 60 * 60_000

export type Attempt = {
  failed(): void
  /** @param forget whether earlier failures from the address are forgiven */
  succeeded(forget: boolean): void
  /** Ends an attempt that came to no answer. */
  release(): void
}

export type Throttle = ReturnType<typeof createThrottle>

/**
 * Counts by address and never by account: nobody can lock another out from somewhere else.
 * Contract: where the table can't be written, this process remembers.
 */
export function createThrottle(database: Database, now: () => number) {
  const table = createFailuresTable(database)
  const unwritten = new Map<string, FailuresRow>()
  const inFlight = new Map<string, number>()

  function write(row: FailuresRow) {
    try {
      table.put(row)
      table.removeOld(now() - LONGEST_BLOCK_MS)
      unwritten.delete(row.address)
    } catch (error) {
      if (!isBusy(error) && !isDiskTrouble(error)) throw error
      unwritten.set(row.address, row)
    }
  }

  function forget(address: string) {
    unwritten.delete(address)
    try {
      table.remove(address)
    } catch (error) {
      if (!isBusy(error) && !isDiskTrouble(error)) throw error
    }
  }

  return {
    /**
     * Lets an attempt begin.
     * @throws HttpProblem 429 `too_many_sign_ins` where the address is blocked or has too many attempts running
     */
    begin(address: string): Attempt {
      const row = unwritten.get(address) ?? table.get(address)
      if (row && row.blocked_until_ms > now()) throw blocked(address, row.blocked_until_ms, now())
      const running = inFlight.get(address) ?? 0
      if (recentFailures(row, now()) + running >= FAILURES_BEFORE_BLOCK) {
        const detail = 'Too many sign-ins from this address at once: try again in a few seconds'
        throw new HttpProblem(429, 'too_many_sign_ins', detail, {}, { 'retry-after': '3' })
      }
      inFlight.set(address, running + 1)
      let open = true
      const release = () => {
        if (!open) return
        open = false
        const left = (inFlight.get(address) ?? 1) - 1
        if (left === 0) inFlight.delete(address)
        else inFlight.set(address, left)
      }
      return {
        release,
        failed() {
          release()
          write(afterFailure(unwritten.get(address) ?? table.get(address), address, now()))
        },
        succeeded(forgive) {
          release()
          if (forgive) forget(address)
        },
      }
    },
  }
}

function recentFailures(row: FailuresRow | null | undefined, now: number): number {
  return row && now - row.first_failed_ms < WINDOW_MS ? row.failures : 0
}

function afterFailure(row: FailuresRow | null, address: string, now: number): FailuresRow {
  const before = recentFailures(row, now)
  const firstFailedMs = before > 0 && row ? row.first_failed_ms : now
  // A day of peace after a block makes the next one short again.
  const blocks = row && now - row.blocked_until_ms < LONGEST_BLOCK_MS ? row.blocks : 0
  const failures = before + 1
  if (failures < FAILURES_BEFORE_BLOCK) {
    const blockedUntilMs = row?.blocked_until_ms ?? 0
    return { address, failures, first_failed_ms: firstFailedMs, blocks, blocked_until_ms: blockedUntilMs }
  }
  const blockedUntilMs = now + Math.min(FIRST_BLOCK_MS * 2 ** blocks, LONGEST_BLOCK_MS)
  return { address, failures: 0, first_failed_ms: now, blocks: blocks + 1, blocked_until_ms: blockedUntilMs }
}

function blocked(address: string, untilMs: number, now: number): HttpProblem {
  const until = `${new Date(untilMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`
  const detail = `Sign-in from ${address} is blocked until ${until} after ${FAILURES_BEFORE_BLOCK} wrong passwords: wait, or run "breakglass operator unlock NAME" on the host`
  const seconds = Math.ceil((untilMs - now) / 1000)
  return new HttpProblem(429, 'too_many_sign_ins', detail, {}, { 'retry-after': String(seconds) })
}

/** What counts as one address: an IPv4 one however it is written, the /64 network of an IPv6 one. */
export function normalAddress(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '')
  if (plain === '::1' || !isIPv6(plain)) return plain
  const [head = '', tail] = (plain.split('%')[0] ?? '').split('::')
  const groups = head.split(':').filter((group) => group !== '')
  const after = tail === undefined ? [] : tail.split(':').filter((group) => group !== '')
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - groups.length - after.length)
  const full = [...groups, ...Array<string>(zeros).fill('0'), ...after]
  return `${full
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`
}
