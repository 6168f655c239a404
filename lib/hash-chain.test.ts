import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type ChainedFields, chainHash, GENESIS } from './hash-chain.ts'

const sha256 = (data: string) => createHash('sha256').update(data).digest('hex')

const fields: ChainedFields = {
  session_id: 's1',
  seq: 1,
  kind: 'note',
  at: '2026-01-01T00:00:00.000Z',
  monotonic_ms: 12.5,
  turn_id: null,
  payload: '{"kind":"note"}',
}

const someFields = fc.record({
  session_id: fc.string(),
  seq: fc.nat(),
  kind: fc.string(),
  at: fc.string(),
  monotonic_ms: fc.double({ noNaN: true, noDefaultInfinity: true }),
  turn_id: fc.option(fc.string({ minLength: 1 })),
  payload: fc.string(),
})

describe('chainHash()', () => {
  test('chainHash() gives what was written down once when nothing has changed', () => {
    // Records on disk were made with this very computation: a change of it breaks every one of them.
    expect(chainHash(sha256, GENESIS, fields)).toBe(
      '00ddfb15ca7d9f2831f7564689cf2ae7bb32980b93316a840a507c1277cc51d1',
    )
  })

  test('chainHash() differs when any field or the hash before differs', () => {
    const original = chainHash(sha256, GENESIS, fields)
    const changes: Partial<ChainedFields>[] = [
      { session_id: 's2' },
      { seq: 2 },
      { kind: 'text' },
      { at: '2026-01-01T00:00:00.001Z' },
      { monotonic_ms: 12.6 },
      { turn_id: 't1' },
      { payload: '{"kind":"note" }' },
    ]
    const hashes = changes.map((change) => chainHash(sha256, GENESIS, { ...fields, ...change }))
    hashes.push(chainHash(sha256, original, fields))
    expect(new Set([original, ...hashes]).size).toBe(changes.length + 2)
  })

  test('chainHash() differs when characters move from one field to the next', () => {
    const joined = chainHash(sha256, GENESIS, { ...fields, kind: 'ab', at: 'c' })
    expect(chainHash(sha256, GENESIS, { ...fields, kind: 'a', at: 'bc' })).not.toBe(joined)
  })

  test('chainHash() is the same for two events only when they are the same', () => {
    fc.assert(
      fc.property(someFields, someFields, (one, other) => {
        const same = chainHash(sha256, GENESIS, one) === chainHash(sha256, GENESIS, other)
        const parts = (event: ChainedFields) => [
          event.session_id,
          String(event.seq),
          event.kind,
          event.at,
          String(event.monotonic_ms),
          event.turn_id ?? '',
          event.payload,
        ]
        expect(same).toBe(JSON.stringify(parts(one)) === JSON.stringify(parts(other)))
      }),
    )
  })
})
