import { ACT_WORDS } from '../../lib/act-words.ts'
import type { PolicyRuleView } from '../../lib/gate-api.ts'

/** One thing that has to hold for a rule to speak: a lead, and the words or patterns of which one has to fit. */
export type Condition = { lead: string; any: readonly string[]; code: boolean }

const PLACE_WORDS: Record<string, string> = {
  workspace: 'the session’s own files',
  scratch: '/tmp and its like',
  outside: 'elsewhere on the host',
  system: 'a folder that the system lives by',
  console: 'the console’s own data',
  device: 'a device',
  nowhere: '/dev/null and its like',
  unknown: 'a place known only when it runs',
}

/** What a rule is about: all of it has to hold. */
export function describeMatch(match: PolicyRuleView['match']): Condition[] {
  return Object.entries(match).map(([key, value]) => {
    if (typeof value === 'boolean')
      return { lead: value ? 'on another host or in a container' : 'on this host', any: [], code: false }
    switch (key) {
      case 'act':
        return { lead: 'it', any: value.map(actInWords), code: false }
      case 'place':
        return { lead: 'in', any: value.map((place) => PLACE_WORDS[place] ?? place), code: false }
      case 'args':
        return { lead: 'with', any: [value.join(' … ')], code: true }
      default:
        return { lead: key, any: value, code: true }
    }
  })
}

/** Whether a rule has all of the words in its name, its reason or what it is about. */
export function fitsWords(rule: PolicyRuleView, words: string): boolean {
  const conditions = describeMatch(rule.match).flatMap(({ lead, any }) => [lead, ...any])
  const text = [rule.name, rule.why, ...conditions].join(' ').toLowerCase()
  return words
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word))
}

function actInWords(act: string): string {
  const words: Record<string, string> = ACT_WORDS
  return words[act] ?? act
}
