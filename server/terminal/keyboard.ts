// Who may type in a terminal: one operator at a time, taken and handed over in the open.
import type { EventBody } from '../../lib/events.ts'
import type { Identity } from '../auth/identity.ts'
import { HttpProblem } from '../http/problem.ts'

/** A holder without a stream of the terminal, who types nothing for this long, loses the keyboard. */
export const KEYBOARD_ABSENT_MS = 2 * 60_000

type Holder = {
  operator: string
  identityId: string
  /** Bytes typed since the keyboard was taken. */
  bytes: number
  /** Monotonic. */
  seenAt: number
  unwatch: () => void
}

export type Keyboard = ReturnType<typeof createKeyboard>

/**
 * @param options.record commits an event before the change takes effect; throws what the record throws
 * @param options.recordLater the same where nobody waits for an answer; never throws
 * @param options.watch calls back when the login that took the keyboard is no longer good
 * @param options.onChange gets the new holder
 */
export function createKeyboard(options: {
  terminalId: string
  record: (events: EventBody[]) => void
  recordLater: (events: EventBody[]) => void
  watch: (identity: Identity, onEnd: () => void) => () => void
  onChange: (operator: string | null) => void
  /** Milliseconds that only go forward. */
  now?: () => number
}) {
  const { terminalId, record, recordLater, watch, onChange, now = () => performance.now() } = options
  let holder: Holder | null = null
  const streams = new Map<string, number>()

  function event(action: string, operator: string, more: Record<string, unknown> = {}): EventBody {
    return { kind: 'control', action, operator, terminal_id: terminalId, ...more }
  }

  /** What the holder has typed, for the record; the recording has it in full. */
  function tenure(of: Holder): EventBody[] {
    return of.bytes > 0 ? [event('typed', of.operator, { bytes: of.bytes })] : []
  }

  function set(next: Holder | null) {
    holder?.unwatch()
    holder = next
    onChange(next?.operator ?? null)
  }

  function drop(reason: string) {
    if (!holder) return
    const { operator } = holder
    recordLater([...tenure(holder), event('keyboard_given_back', operator, { reason })])
    set(null)
  }

  return {
    holder: () => holder?.operator ?? null,

    /**
     * @param from the operator it is taken over from
     * @throws HttpProblem 409 `keyboard_held` naming the holder; what the record throws
     */
    take(identity: Identity, from: string | undefined) {
      const { name } = identity.operator
      if (holder?.operator === name) return
      if (holder && holder.operator !== from) throw held(holder.operator)
      const before = holder ? tenure(holder) : []
      record([...before, event('keyboard_taken', name, holder ? { from: holder.operator } : {})])
      const unwatch = watch(identity, () => drop('The login that took it has ended'))
      set({ operator: name, identityId: identity.id, bytes: 0, seenAt: now(), unwatch })
    },

    /** @throws HttpProblem 409 when another holds it; what the record throws */
    giveBack(operator: string) {
      if (!holder) return
      if (holder.operator !== operator) throw held(holder.operator)
      record([...tenure(holder), event('keyboard_given_back', operator)])
      set(null)
    },

    /** @throws HttpProblem 409 `keyboard_held` or `keyboard_free` when this operator does not hold it */
    mustHold(operator: string) {
      if (holder?.operator === operator) {
        holder.seenAt = now()
        return
      }
      if (holder) throw held(holder.operator)
      const detail = 'Nobody has the keyboard of this terminal: take it first'
      throw new HttpProblem(409, 'keyboard_free', detail, { keyboard: null })
    },

    typed(bytes: number) {
      if (holder) holder.bytes += bytes
    },

    /** An operator begins to watch. @returns a function for when they leave */
    enter(operator: string): () => void {
      streams.set(operator, (streams.get(operator) ?? 0) + 1)
      return () => {
        const left = (streams.get(operator) ?? 1) - 1
        if (left > 0) streams.set(operator, left)
        else streams.delete(operator)
        if (left === 0 && holder?.operator === operator) holder.seenAt = now()
      }
    },

    /** Takes it from a holder who has gone. Called now and then. */
    expire() {
      if (!holder || streams.has(holder.operator)) return
      if (now() - holder.seenAt > KEYBOARD_ABSENT_MS) drop('Nobody was there any more')
    },

    /** The terminal has ended. @returns what is left to record */
    end(): EventBody[] {
      const left = holder ? tenure(holder) : []
      holder?.unwatch()
      holder = null
      return left
    },
  }
}

function held(operator: string): HttpProblem {
  return new HttpProblem(
    409,
    'keyboard_held',
    `"${operator}" has the keyboard of this terminal: take it over with {"from": "${operator}"}, or wait until it is given back`,
    { keyboard: operator },
  )
}
