import { describe, expect, it } from 'vitest'
import { createRedaction } from './redact.ts'
import { ownPatterns, redactionSchema } from './redaction-config.ts'

const parse = (regex: string) => redactionSchema.safeParse({ patterns: [{ name: 'badge', regex }] })

describe('redaction in the configuration', () => {
  it('masks what a pattern of one’s own fits', () => {
    const config = redactionSchema.parse({ patterns: [{ name: 'badge', regex: 'acme_[a-z0-9]{8,64}' }] })
    const { value } = createRedaction([], ownPatterns(config)).text('x acme_0123456789 y')
    expect(value).toMatch(/^x ‹masked: badge #[0-9a-f]{4}› y$/)
  })

  it.each(['acme_[a-z]+', 'a(b|c)*d', '(ab){1,9}c', 'x{2,}y', 'a{0,99}b{0,99}c{0,9}', 'abc(', 'a{0,9}'])(
    'refuses %j, which may take forever or fits nothing in particular',
    (regex) => expect(parse(regex).success).toBe(false),
  )

  it.each(['acme_[*+]{4,64}', 'key-\\d{6}', '(?:AB|CD)-[0-9]{4,12}', 'acme-?[0-9]{8}'])('takes %j', (regex) =>
    expect(parse(regex).success).toBe(true),
  )
})
