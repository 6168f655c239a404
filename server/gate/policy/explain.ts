// The judgement in words: what was seen, through what, and which rule decided.
import { ACT_WORDS } from '../../../lib/act-words.ts'
import type { Act, Effect } from './effects.ts'
import type { Finding, Judgement } from './judgement.ts'
import { readable } from './text.ts'

/** Most findings that are put into words; of more only the number is said. */
const LINES = 12

const VERDICT_WORDS = {
  allow: 'Allowed and recorded',
  ask: 'An operator decides',
  ask_two: 'Two operators decide',
  never: 'Refused',
} as const

const AXIS_WORDS = {
  reversible: 'nothing is changed that is not the session’s own',
  changes_state: 'it changes something that can be taken back',
  irreversible: 'it can’t be undone, or nobody can tell',
} as const

/** @returns sentences, the deciding one first */
export function explain(judgement: Judgement, findings: readonly Finding[]): string[] {
  const lines = [
    `${VERDICT_WORDS[judgement.verdict]} by the rule “${judgement.rule}”: ${judgement.reason}`,
    `On the whole ${AXIS_WORDS[judgement.axis]}`,
    ...findings.slice(0, LINES).map(sayFinding),
  ]
  return findings.length > LINES ? [...lines, `… and ${findings.length - LINES} more`] : lines
}

function sayFinding({ effect, rule, verdict }: Finding): string {
  return `${sayEffect(effect)} (${verdict}, “${rule}”)`
}

function sayEffect(effect: Effect): string {
  const words = [effect.program, ...effect.args].map(readable).join(' ')
  const shortened = words.length > 120 ? `${words.slice(0, 119)}…` : words
  const through = effect.via.length > 0 ? `, seen through ${effect.via.map(readable).join(' → ')}` : ''
  const what = [
    WORDS[effect.act],
    effect.path === undefined ? '' : readable(effect.path),
    effect.host === undefined ? '' : readable(effect.host),
  ]
  const where = effect.remote
    ? ' on another host or in a container'
    : effect.place === 'unknown'
      ? ' (known only when it runs)'
      : ''
  const note = effect.note === undefined ? '' : `: ${readable(effect.note)}`
  return `“${shortened}”${through} ${what.filter((word) => word !== '').join(' ')}${where}${note}`
}

/** Each act has its words, or this does not compile. */
const WORDS: Record<Act, string> = ACT_WORDS
