// The policy in force: read at the start, and again whenever its file changes. A broken file changes nothing.
import { readFileSync } from 'node:fs'
import type { HealthCheck } from '../../lib/api.ts'
import type { PolicyRuleView, PolicyView } from '../../lib/gate-api.ts'
import { type Config, readConfig } from '../config.ts'
import { watchFile } from '../watch-file.ts'
import { BUILT_IN_RULES } from './policy/default-policy.ts'
import type { Policy } from './policy/policy-file.ts'
import type { Rule } from './policy/rules.ts'

/** What came of reading the file again; `problem` says why the policy before stays in force. */
export type PolicyReload = { problem: string } | { problem: null; rules: number }

export type LivePolicy = {
  /** As it is now. */
  current(): Policy
  view(): PolicyView
  check(): HealthCheck
  close(): void
}

/**
 * @param file the configuration that the policy is a section of, null where there is none
 * @param onReload told of each time that the policy in force has changed, or could not be
 * @throws YamlFileError when the file can't be used
 */
export function createLivePolicy(file: string | null, onReload: (reload: PolicyReload) => void): LivePolicy {
  const atStart = readConfig(file)
  let { policy } = atStart
  let loadedAt = new Date()
  let problem: string | null = null
  let restartNeededFor: string[] = []
  const unwatch = file === null ? null : watchFile(file, () => reload(file))

  function reload(path: string) {
    try {
      const next = readAgain(path)
      const changed = JSON.stringify(next.policy) !== JSON.stringify(policy)
      const mended = problem !== null
      restartNeededFor = changedSections(atStart, next)
      policy = next.policy
      problem = null
      if (!changed && !mended) return
      loadedAt = new Date()
      onReload({ problem, rules: policy.rules.length })
    } catch (error) {
      problem = (error as Error).message
      onReload({ problem })
    }
  }

  return {
    current: () => policy,
    view: () => ({
      source: file,
      loaded_at: loadedAt.toISOString(),
      problem,
      restart_needed_for: restartNeededFor,
      default: policy.default,
      rules: [
        ...policy.rules.map((rule) => viewRule(rule, 'own')),
        ...BUILT_IN_RULES.map((rule) => viewRule(rule, 'builtin')),
      ],
    }),
    check: () => checkPolicy(policy, loadedAt, problem, restartNeededFor),
    close: () => unwatch?.(),
  }
}

/** A file that was emptied by accident, as by a full disk, must not take the operator's own rules away. */
function readAgain(path: string): Config {
  const next = readConfig(path)
  if (readFileSync(path, 'utf8').trim() === '') throw new Error(`${path} is empty`)
  return next
}

function changedSections(before: Config, now: Config): string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(now)]) as Set<keyof Config>
  names.delete('policy')
  return [...names].filter((name) => JSON.stringify(before[name]) !== JSON.stringify(now[name]))
}

function viewRule(
  { name, verdict, axis, why, match }: Rule,
  origin: PolicyRuleView['origin'],
): PolicyRuleView {
  const given = Object.entries(match).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]]))
  return { name, verdict, axis, why, origin, match: Object.fromEntries(given) as PolicyRuleView['match'] }
}

function checkPolicy(
  policy: Policy,
  loadedAt: Date,
  problem: string | null,
  restartNeededFor: readonly string[],
): HealthCheck {
  if (problem !== null) {
    const detail = `the one of ${loadedAt.toISOString().slice(11, 16)} UTC stays in force`
    return { name: 'Policy', state: 'error', detail, hint: `The file can't be used. ${problem}` }
  }
  const own = policy.rules.length
  const detail = `${WORDS[policy.default]}${own > 0 ? `, ${own} of your own` : ''}`
  if (restartNeededFor.length === 0) return { name: 'Policy', state: 'ok', detail }
  const hint = `Also changed in the file, and read at the next start only: ${restartNeededFor.join(', ')}`
  return { name: 'Policy', state: 'warn', detail, hint }
}

const WORDS = {
  builtin: 'built-in rules',
  allow: 'everything is allowed',
  ask: 'everything is asked',
} as const
