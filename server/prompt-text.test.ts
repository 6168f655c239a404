import { expect, it } from 'vitest'
import { asText } from './prompt-text.ts'

it.each([
  ['!ls', ' !ls'],
  ['/exit', ' /exit'],
  ['see /etc and !important', 'see /etc and !important'],
  ['mail root@host', 'mail root@host'],
  ['@/etc/shadow', '\u2060@/etc/shadow'],
  ['a @"b c" and\n@d', 'a \u2060@"b c" and\n\u2060@d'],
])('asText() makes plain text of %j', (prompt, text) => {
  expect(asText(prompt)).toBe(text)
})
