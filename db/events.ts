// The table of events: appended to in a hash chain, read in order, never changed.
import { createHash } from 'node:crypto'
import type { EventBody, RecordedEvent } from '../lib/events.ts'
import { chainHash, GENESIS } from '../lib/hash-chain.ts'
import type { Database } from './database.ts'

type EventRow = {
  session_id: string
  seq: number
  kind: string
  at: string
  monotonic_ms: number
  turn_id: string | null
  payload: string
  hash: string
}

export type ChainHead = { head_seq: number; head_hash: string }
export type Break = { seq: number; problem: string }

const sha256 = (data: string) => createHash('sha256').update(data).digest('hex')

export type EventsTable = ReturnType<typeof createEventsTable>

export function createEventsTable(database: Database) {
  const head = database.prepare<[string], ChainHead>('SELECT head_seq, head_hash FROM sessions WHERE id = ?')
  const insert = database.prepare(
    `INSERT INTO events (session_id, seq, kind, at, monotonic_ms, turn_id, payload, hash)
     VALUES (@session_id, @seq, @kind, @at, @monotonic_ms, @turn_id, @payload, @hash)`,
  )
  const setHead = database.prepare(
    'UPDATE sessions SET head_seq = @seq, head_hash = @hash, last_event_at = @at WHERE id = @session_id',
  )
  const after = database.prepare<[string, number, number], EventRow>(
    'SELECT * FROM events WHERE session_id = ? AND seq > ? ORDER BY seq LIMIT ?',
  )
  const ofTurn = database.prepare<[string, string], EventRow>(
    'SELECT * FROM events WHERE session_id = ? AND turn_id = ? ORDER BY seq',
  )

  return {
    /**
     * Appends events to a session's chain. Call it inside a transaction.
     *
     * @param at wall time in milliseconds
     * @param monotonicMs monotonic time of this process in milliseconds
     * @throws Error when there is no such session
     */
    append(
      sessionId: string,
      turnId: string | null,
      bodies: readonly EventBody[],
      at: number,
      monotonicMs: number,
    ) {
      const current = head.get(sessionId)
      if (!current) throw new Error(`There is no session ${JSON.stringify(sessionId)} to record in`)
      let { head_seq: seq, head_hash: hash } = current
      const recorded: RecordedEvent[] = []
      const time = new Date(at).toISOString()
      for (const body of bodies) {
        const { kind, ...rest } = body
        const fields = {
          session_id: sessionId,
          seq: ++seq,
          kind,
          at: time,
          monotonic_ms: Math.round(monotonicMs),
          turn_id: turnId,
          payload: JSON.stringify(rest),
        }
        hash = chainHash(sha256, hash, fields)
        insert.run({ ...fields, hash })
        recorded.push({ ...body, seq, at: time, ...(turnId ? { turn_id: turnId } : {}) })
      }
      if (bodies.length > 0) setHead.run({ session_id: sessionId, seq, hash, at: time })
      return recorded
    },

    /** The events after `seq`, in order. */
    after: (sessionId: string, seq: number, limit: number) => after.all(sessionId, seq, limit).map(toEvent),

    /** All events of one turn, in order. */
    ofTurn: (sessionId: string, turnId: string) => ofTurn.all(sessionId, turnId).map(toEvent),

    /**
     * Recomputes the chain of a session.
     * @returns where it breaks first, or null and the head that was recomputed
     */
    verify(sessionId: string): { broken: Break | null; head: ChainHead } {
      let seq = 0
      let hash = GENESIS
      for (const row of iterate(after, sessionId)) {
        seq += 1
        if (row.seq !== seq)
          return {
            broken: { seq, problem: `event ${seq} is missing, the next is ${row.seq}` },
            head: { head_seq: seq - 1, head_hash: hash },
          }
        const expected = chainHash(sha256, hash, row)
        if (expected !== row.hash)
          return {
            broken: { seq, problem: 'the event does not match its hash: it was changed, or one before it' },
            head: { head_seq: seq, head_hash: row.hash },
          }
        hash = expected
      }
      const recorded = head.get(sessionId)
      if (recorded && (recorded.head_seq !== seq || recorded.head_hash !== hash)) {
        return {
          broken: {
            seq: seq + 1,
            problem: `the record ends at ${seq}, its session says ${recorded.head_seq}: the tail was cut`,
          },
          head: { head_seq: seq, head_hash: hash },
        }
      }
      return { broken: null, head: { head_seq: seq, head_hash: hash } }
    },

    /** The hash of one event, or null if there is no such event. */
    hashAt: (sessionId: string, seq: number): string | null => after.get(sessionId, seq - 1, 1)?.hash ?? null,
  }
}

const PAGE = 2_000

function* iterate(
  after: { all(sessionId: string, seq: number, limit: number): EventRow[] },
  sessionId: string,
) {
  let last = 0
  for (;;) {
    const page = after.all(sessionId, last, PAGE)
    yield* page
    const end = page.at(-1)
    if (!end) return
    last = end.seq
  }
}

function toEvent(row: EventRow): RecordedEvent {
  // The payload was one of ours when it was written; `verify` tells if it no longer is.
  const body = JSON.parse(row.payload) as Omit<EventBody, 'kind'>
  return {
    kind: row.kind,
    ...body,
    seq: row.seq,
    at: row.at,
    ...(row.turn_id ? { turn_id: row.turn_id } : {}),
  } as RecordedEvent
}
