// What `allow for this session` lets through: the same call again, and nothing that only resembles it.
import type { GrantRow } from '../../db/grants.ts'
import type { GrantView } from '../../lib/gate-api.ts'
import type { Question } from '../drivers/driver.ts'
import type { Act } from './policy/effects.ts'
import type { Examined } from './policy/engine.ts'

/** What these do may be another thing the next time, word for word the same. */
const NEVER_THE_SAME: ReadonlySet<Act> = new Set([
  'unparsed',
  'unseen-code',
  'unknown-program',
  'unknown-tool',
])
/** Said of a call, and no part of what it does. */
const REMARKS: ReadonlySet<string> = new Set(['description', 'timeout'])

type Call = Pick<Question, 'tool_name' | 'input'>

/**
 * What a later call must have in common with this one: the tool, the rule that asks, and the whole input but for remarks;
 * of a file that can be taken back only its path. Null where every call has to be asked: by two people, or code that
 * nobody reads.
 */
export function grantKey(
  { tool_name, input }: Call,
  { verdict, axis, rule, findings }: Examined,
): string | null {
  if (verdict !== 'ask' || findings.some(({ effect }) => NEVER_THE_SAME.has(effect.act))) return null
  const path = axis === 'irreversible' ? null : filePath(input)
  const what =
    path ??
    Object.entries(input)
      .filter(([name]) => !REMARKS.has(name))
      .sort(byName)
  return JSON.stringify([tool_name, rule, axis, what])
}

/** In words. @param key of {@link grantKey} */
export function grantCovers({ tool_name, input }: Call, key: string): string {
  const path = filePath(input)
  if (path !== null && JSON.parse(key).at(-1) === path) return `${tool_name} of ${path}, whatever it writes`
  if (tool_name === 'Bash') return 'Exactly this command again'
  return `Exactly this call of ${tool_name} again`
}

export function viewGrant(row: GrantRow): GrantView {
  const { approval_id: id, grant_key, input, ...view } = row
  const call = { tool_name: row.tool_name, input: JSON.parse(input) as Record<string, unknown> }
  return { id, ...view, input: call.input, covers: grantCovers(call, grant_key) }
}

function filePath(input: Record<string, unknown>): string | null {
  const path = input.file_path ?? input.notebook_path
  return typeof path === 'string' ? path : null
}

function byName([one]: [string, unknown], [other]: [string, unknown]): number {
  return one < other ? -1 : 1
}
