import { expect, test } from 'vitest'
import type { PolicyRuleView } from '../../lib/gate-api.ts'
import { describeMatch, fitsWords } from './rule-words.ts'

const rule: PolicyRuleView = {
  name: 'no-tidying',
  verdict: 'ask',
  axis: 'irreversible',
  why: 'What was there is gone',
  origin: 'own',
  match: {
    act: ['delete', 'new-act'],
    place: ['system'],
    program: ['rm'],
    args: ['-r', '/srv/*'],
    remote: false,
  },
}

test('describeMatch() says each condition in words, and what it does not know as it is', () => {
  expect(describeMatch(rule.match)).toEqual([
    { lead: 'it', any: ['deletes', 'new-act'], code: false },
    { lead: 'in', any: ['a folder that the system lives by'], code: false },
    { lead: 'program', any: ['rm'], code: true },
    { lead: 'with', any: ['-r … /srv/*'], code: true },
    { lead: 'on this host', any: [], code: false },
  ])
})

test('fitsWords() wants all words, wherever they stand', () => {
  expect(fitsWords(rule, '')).toBe(true)
  expect(fitsWords(rule, ' GONE deletes')).toBe(true)
  expect(fitsWords(rule, 'gone firewall')).toBe(false)
})
