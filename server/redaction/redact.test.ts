import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createHeldText } from './held-text.ts'
import { createRedaction, isMasked } from './redact.ts'

// Put together here, so that no scanner takes them for real ones.
const RANDOM = 'h7Kq2Zx9Lm4Vb8Nc3Rt6Wy1PfGdSaJuE05'
const PEM = (body: string) =>
  `-----BEGIN RSA ${'PRIVATE'} KEY-----\n${body}\n-----END RSA ${'PRIVATE'} KEY-----`
const JWT = `eyJ${'hbGciOiJIUzI1NiJ9'}.eyJ${'zdWIiOiIxMjM0In0'}.${RANDOM}`
const AWS = `AKIA${'IOSFODNN7EXAMPLE'}`

/** Each with what must not be shown. */
const SECRETS: readonly [name: string, text: string, secret: string][] = [
  ['anthropic key', `key is sk-ant-api03-${RANDOM} here`, RANDOM],
  ['anthropic key', `"line\\nsk-ant-api03-${RANDOM}"`, RANDOM],
  ['aws key id', `aws: ${AWS}.`, AWS],
  ['github token', `ghp_${RANDOM}`, RANDOM],
  ['github token', `github_pat_${RANDOM}`, RANDOM],
  ['slack token', `xoxb-1234567890-${RANDOM}`, RANDOM],
  ['gitlab token', `glpat-${RANDOM}`, RANDOM],
  ['jwt', `got ${JWT}`, RANDOM],
  ['authorization', `curl -H "Authorization: Bearer ${RANDOM}" https://x.example`, RANDOM],
  ['authorization', 'Authorization: Basic dXNlcjpwYXNzd29yZA==', 'dXNlcjpwYXNzd29yZA'],
  ['authorization', `with bearer ${RANDOM}`, RANDOM],
  ['url password', 'postgres://app:s3cr3t-pw@db.example/app', 's3cr3t-pw'],
  ['password or token', 'PGPASSWORD=correcthorse psql', 'correcthorse'],
  ['password or token', "DB_PASS='correcthorse'", 'correcthorse'],
  ['password or token', `aws_secret_access_key = ${RANDOM}`, RANDOM],
  ['password or token', '{"user": "x", "password": "correcthorse"}', 'correcthorse'],
  ['password or token', '{\\"api_key\\": \\"correcthorse\\"}', 'correcthorse'],
  ['password or token', 'password: hunter22', 'hunter22'],
  ['private key', `a\n${PEM(RANDOM)}\nb`, RANDOM],
  ['private key', `cut off: ${PEM(RANDOM).slice(0, 60)}`, RANDOM.slice(0, 20)],
  ['key of own', 'the model is asked with own-key-of-the-console', 'own-key-of-the-console'],
]

/** Looks like one and is none. */
const HARMLESS = [
  'sk-ant-short and sk-antelope',
  `AKIA is how such an id begins; BAKIA${'A'.repeat(16)}`,
  'ghp_ and github_pat_ are prefixes',
  'xox-1 xoxo-kisses',
  'glpat-short',
  'eyJ alone, eyJhbGciOi.x.y',
  'Bearer authentication is refused',
  'Authorization: required',
  'https://db.example:5432/app@v2 and user@host.example',
  'postgres://app:$PASSWORD@db and postgres://app:<password>@db',
  'PGPASSWORD=$PGPASSWORD psql; PASSWORD="$(cat file)"',
  'const password = readPassword()',
  'password: string',
  'password: must be at least 12 characters',
  'max_tokens: 4096, "output_tokens": 532',
  'PWD=/srv/work OLDPWD=/var/elsewhere',
  'grep -r "BEGIN RSA PRIVATE KEY" /etc',
  '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----',
  'commit 0fe2bd1a3c5e7f9b1d3f5a7c9e1b3d5f7a9c1e3b',
]

const redaction = createRedaction([{ name: 'key of own', secret: 'own-key-of-the-console' }])

describe('redaction', () => {
  it.each(SECRETS)('text() masks %s in %j', (name, text, secret) => {
    const { value, count } = redaction.text(text)
    expect(value).not.toContain(secret)
    expect(value).toMatch(new RegExp(`‹masked: ${name} #[0-9a-f]{4}›`))
    expect(count).toBe(1)
    expect(redaction.text(value)).toEqual({ value, count: 0 })
  })

  it.each(HARMLESS)('text() leaves %j as it is', (text) => {
    expect(redaction.text(text)).toEqual({ value: text, count: 0 })
  })

  it('text() gives equal secrets an equal tag, and others another one', () => {
    const tags = (text: string) => redaction.text(text).value.match(/#[0-9a-f]{4}/g)
    const [a, b, c] = tags(`ghp_${RANDOM} PASSWORD=ghp_${RANDOM} ghp_${RANDOM}x`) ?? []
    expect(a).toBe(b)
    expect(a).not.toBe(c)
    expect(createRedaction([]).text(`ghp_${RANDOM}`).value).not.toBe(redaction.text(`ghp_${RANDOM}`).value)
  })

  it('value() masks at any depth, counts, and leaves what holds no secret as it is', () => {
    const given = { kind: 'tool', input: { env: [`ghp_${RANDOM}`, 'plain'], n: 1, none: null } }
    const { value, count } = redaction.value(given)
    expect(JSON.stringify(value)).not.toContain(RANDOM)
    expect(value).toMatchObject({
      kind: 'tool',
      input: { env: [expect.any(String), 'plain'], n: 1, none: null },
    })
    expect(count).toBe(1)
    const harmless = { a: ['b'] }
    expect(redaction.value(harmless).value).toBe(harmless)
  })

  it('isMasked() tells a masked text', () => {
    expect(isMasked(redaction.text(`ghp_${RANDOM}`).value)).toBe(true)
    expect(isMasked('‹masked› is a word')).toBe(false)
  })
})

describe('createHeldText', () => {
  it.each(SECRETS)('shows nothing of %s in pieces of any size: %j', (_, text, secret) => {
    const whole = redaction.text(`before ${text} after`).value
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 20 }), (sizes) => {
        const held = createHeldText(redaction)
        const given = `before ${text} after`
        let shown = ''
        for (let at = 0, turn = 0; at < given.length; turn++) {
          const size = sizes[turn % sizes.length] ?? 1
          shown += held.push(given.slice(at, at + size))
          at += size
        }
        shown += held.end()
        expect(shown).not.toContain(secret)
        expect(shown).toBe(whole)
      }),
      { numRuns: 50 },
    )
  })

  it('holds of ordinary text only what may be the beginning of a secret', () => {
    const held = createHeldText(redaction)
    expect(['The disk is fu', 'll', '.\n'].map(held.push)).toEqual(['The disk is fu', 'll', '.\n'])
    const shown = ['Walk thr', 'oug', 'h', ' s', 'k 2', '7 '].map(held.push)
    expect(shown).toEqual(['Walk thr', 'ou', '', 'gh ', 'sk ', '27 '])
  })

  it('holds the last word where the configuration has patterns, which may begin in any way', () => {
    const own = { name: 'badge', regex: /acme[a-z]{4}/g, hint: /acme/ }
    const held = createHeldText(createRedaction([], [own]))
    expect(['The ac', 'meabcd', ' works'].map(held.push)).toEqual([
      'The ',
      '',
      expect.stringMatching(/^‹masked.*› $/),
    ])
  })

  it('loses nothing of a long run without spaces, and shows nothing of a long secret', () => {
    const held = createHeldText(redaction)
    const run = 'x'.repeat(10_000)
    let shown = ''
    for (let n = 0; n < 20; n++) shown += held.push(run)
    expect((shown + held.end()).length).toBe(200_000)
    const secret = createHeldText(redaction)
    shown = secret.push('token=')
    for (let n = 0; n < 20; n++) shown += secret.push(run)
    shown += secret.push(' then this ')
    expect(shown + secret.end()).toMatch(/^token=‹masked: password or token #[0-9a-f]{4}› then this $/)
  })

  it('shows nothing of a key block that is never closed', () => {
    const held = createHeldText(redaction)
    let shown = held.push(PEM(RANDOM).slice(0, 32))
    for (let n = 0; n < 2000; n++) shown += held.push(`${RANDOM}${RANDOM}\n`)
    expect(shown + held.end()).toMatch(/^‹masked: private key #[0-9a-f]{4}›$/)
  })
})
