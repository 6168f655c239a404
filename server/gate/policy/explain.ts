// The judgement in words: what was seen, through what, and which rule decided.
import type { Act, Effect } from './effects.ts'
import type { Finding, Judgement } from './engine.ts'
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
    ACT_WORDS[effect.act],
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

const ACT_WORDS: Record<Act, string> = {
  look: 'only looks',
  read: 'reads',
  connect: 'connects to',
  work: 'works for the session',
  unparsed: 'is not understood',
  'unseen-code': 'runs code that isn’t seen',
  'unknown-program': 'is an unknown program',
  'unknown-tool': 'is an unknown tool',
  create: 'makes',
  append: 'adds to',
  edit: 'edits',
  overwrite: 'overwrites',
  move: 'moves',
  delete: 'deletes',
  'delete-tree': 'deletes with everything below',
  permissions: 'changes the permissions of',
  'permissions-tree': 'changes the permissions of everything below',
  'run-as-owner': 'gives the rights of its owner to whoever starts',
  'shut-out': 'takes all permissions from',
  'link-out': 'makes a way out of the workspace to',
  'wipe-disk': 'wipes',
  'repair-disk': 'repairs',
  partition: 'changes the partitions of',
  'volume-grow': 'extends or starts a volume',
  'volume-change': 'takes a volume out of use',
  'volume-remove': 'removes or rewrites a volume',
  mount: 'mounts or unmounts',
  'unmount-by-force': 'takes away while it may be in use',
  'service-start': 'starts, restarts or reloads',
  'service-stop': 'stops',
  lifeline: 'acts on a service by which operators get in',
  'console-kill': 'ends this console',
  signal: 'sends a signal',
  'signal-many': 'sends a signal to whatever has that name',
  'signal-init': 'sends a signal to the process that everything hangs on',
  'fork-bomb': 'starts processes without end',
  power: 'restarts or stops the host',
  setting: 'changes a setting of the host',
  'package-install': 'installs packages',
  'package-change': 'removes or upgrades packages',
  'account-add': 'adds an account',
  'account-change': 'changes an account',
  'account-remove': 'removes an account',
  credential: 'changes a credential',
  secret: 'shows a secret',
  schedule: 'schedules something for later',
  'schedule-replace': 'replaces a schedule',
  'history-wipe': 'forgets what was done',
  'log-wipe': 'throws log entries away',
  'network-add': 'adds to the network',
  'network-change': 'changes the network',
  'firewall-change': 'changes the firewall',
  'firewall-clear': 'clears or replaces the firewall',
  post: 'sends a request to',
  send: 'sends data to',
  'data-maintain': 'looks after a database',
  'data-change': 'changes data',
  'container-start': 'starts a container',
  'container-stop': 'stops a container',
  'container-remove': 'removes or overwrites containers, images or volumes',
  'cluster-change': 'changes a cluster',
  'cluster-drain': 'takes work off a cluster',
  'cluster-remove': 'removes something from a cluster',
  'cloud-start': 'starts something in a cloud',
  'cloud-change': 'changes something in a cloud',
  'cloud-remove': 'removes something from a cloud',
  certificate: 'gets or renews a certificate',
  'remote-change': 'writes files on',
  'remote-remove': 'deletes on',
  publish: 'publishes to',
  'publish-force': 'publishes by force to',
  'ask-operator': 'asks the operator',
}
