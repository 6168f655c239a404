// What the built-in policy says of the tools that a drill brings along: as of their like on a real host.
import { type Rule, rule } from '../gate/policy/rules.ts'

/** @param workspace of the drill's session; no other program of that name is meant */
export function drillRules(workspace: string): Rule[] {
  const match = (programs: string[], args?: string[]): Rule['match'] => ({
    act: ['unseen-code'],
    path: programs.map((program) => `${workspace}/bin/${program}`),
    ...(args ? { args } : {}),
  })
  return [
    rule(
      'drill-service-stop',
      'ask',
      'changes_state',
      match(['svc'], ['stop']),
      'It stays off until somebody starts it',
    ),
    rule(
      'drill-service',
      'allow',
      'changes_state',
      match(['svc'], ['*start']),
      'Ordinary recovery: it can be done again',
    ),
    rule('drill-looking', 'allow', 'reversible', match(['svc', 'probe', 'volume']), 'It only looks'),
    rule('drill-looking', 'allow', 'reversible', match(['renew'], ['list']), 'It only looks'),
    rule('drill-looking', 'allow', 'reversible', match(['renew'], ['--dry-run']), 'It only looks'),
    rule('drill-certificate', 'allow', 'changes_state', match(['renew']), 'A setting that can be set back'),
  ]
}
