// The hash chain of a session's record: each event's hash covers its facts and the hash before it.

/** The head of a chain without events. */
export const GENESIS = '0'.repeat(64)

export type ChainedFields = {
  session_id: string
  seq: number
  kind: string
  /** Wall time, ISO 8601 UTC. */
  at: string
  /** Monotonic milliseconds of the process that recorded it. */
  monotonic_ms: number
  turn_id: string | null
  /** The event's body as it is stored. */
  payload: string
}

/** SHA-256 as lower-case hex. Passed in, since this file runs in browsers as well. */
export type Sha256Hex = (data: string) => string

/**
 * The hash of one event. Fields are length-prefixed, so that no two different events
 * can be written down as the same bytes.
 */
export function chainHash(sha256: Sha256Hex, previous: string, fields: ChainedFields): string {
  const parts = [
    previous,
    fields.session_id,
    String(fields.seq),
    fields.kind,
    fields.at,
    String(fields.monotonic_ms),
    fields.turn_id ?? '',
    sha256(fields.payload),
  ]
  return sha256(parts.map((part) => `${part.length}:${part}`).join(''))
}
