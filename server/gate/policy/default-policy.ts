// The built-in policy, as data: what an on-call operator would want asked, and what nobody should do from here.
import type { Act } from './effects.ts'
import type { Place } from './paths.ts'
import type { Axis, Rule, Verdict } from './rules.ts'
import { METADATA, PUBLIC, SECRETS, WAYS_IN } from './sensitive-paths.ts'

const TOUCHES: Act[] = [
  'create',
  'append',
  'edit',
  'overwrite',
  'move',
  'delete',
  'delete-tree',
  'permissions',
  'permissions-tree',
  'run-as-owner',
  'shut-out',
]

function rule(name: string, verdict: Verdict, axis: Axis, match: Rule['match'], why: string): Rule {
  return { name, verdict, axis, why, match }
}

function acts(name: string, verdict: Verdict, axis: Axis, act: Act[], why: string, place?: Place[]): Rule {
  return rule(name, verdict, axis, place ? { act, place } : { act }, why)
}

export const BUILT_IN_RULES: readonly Rule[] = [
  // Never
  acts(
    'disk-wiper',
    'never',
    'irreversible',
    ['wipe-disk'],
    'It writes over a disk; take the terminal for that',
  ),
  acts(
    'system-wiper',
    'never',
    'irreversible',
    ['delete', 'delete-tree', 'move', 'permissions-tree'],
    'Without this folder the system does not live',
    ['system'],
  ),
  acts(
    'fork-bomb',
    'never',
    'irreversible',
    ['fork-bomb'],
    'It starts processes until the host stands still',
  ),
  acts(
    'console-data',
    'never',
    'irreversible',
    TOUCHES,
    'The record of this console is not changed from within',
    ['console'],
  ),
  acts(
    'console-kill',
    'never',
    'irreversible',
    ['console-kill'],
    'It would end this console; use its own switch',
  ),

  // What can't be judged
  acts(
    'not-understood',
    'ask',
    'irreversible',
    ['unparsed'],
    'The command is not understood, so it may be anything',
  ),
  acts('unseen-code', 'ask', 'irreversible', ['unseen-code'], 'It runs code that the policy does not read'),
  acts(
    'unknown-program',
    'ask',
    'irreversible',
    ['unknown-program'],
    'The policy does not know what this program does',
  ),
  acts(
    'unknown-tool',
    'ask',
    'irreversible',
    ['unknown-tool'],
    'The policy does not know what this tool does',
  ),
  acts('asks-operator', 'ask', 'reversible', ['ask-operator'], 'The agent asks for an answer'),

  // Reading
  rule(
    'public-keys',
    'allow',
    'reversible',
    {
      act: ['read'],
      path: PUBLIC,
    },
    'It is public',
  ),
  acts('own-files', 'allow', 'reversible', ['read'], "It is the session's own", ['workspace', 'nowhere']),
  acts('console-record', 'ask', 'irreversible', ['read'], 'What the console keeps would go to the model', [
    'console',
  ]),
  rule(
    'secret-files',
    'ask',
    'irreversible',
    { act: ['read'], path: SECRETS },
    'A secret that the model has read can not be taken back',
  ),
  acts(
    'secrets',
    'ask',
    'irreversible',
    ['secret'],
    'A secret that the model has read can not be taken back',
  ),
  rule(
    'machine-credentials',
    'ask',
    'irreversible',
    { act: ['connect', 'post', 'send'], host: METADATA },
    "There the machine's own credentials are handed out",
  ),
  acts('looking', 'allow', 'reversible', ['look', 'read', 'connect', 'work'], 'It only looks'),

  // Files
  acts('workspace', 'allow', 'reversible', TOUCHES, "It stays within the session's own files", [
    'workspace',
    'nowhere',
  ]),
  acts(
    'scratch',
    'allow',
    'changes_state',
    ['create', 'append', 'edit', 'overwrite', 'move', 'delete', 'permissions'],
    'It is a place for passing files',
    ['scratch'],
  ),
  rule(
    'kernel-settings',
    'allow',
    'changes_state',
    { act: ['overwrite', 'append'], path: ['/proc/sys/**'] },
    'A setting of the kernel, until the next start',
  ),
  rule(
    'ways-in',
    'ask',
    'changes_state',
    { act: ['create', 'append', 'edit', 'move', 'permissions'], path: WAYS_IN },
    'It decides who gets in, or what runs by itself',
  ),
  acts(
    'runs-as-owner',
    'ask',
    'changes_state',
    ['run-as-owner'],
    'Whoever starts it gets the rights of its owner',
  ),
  acts(
    'kept-change',
    'allow',
    'changes_state',
    ['create', 'append', 'edit', 'move', 'permissions'],
    'What was there is kept, or stands in the record',
    ['outside', 'system', 'scratch', 'device'],
  ),
  acts(
    'uncertain-change',
    'ask',
    'changes_state',
    ['create', 'append', 'edit', 'move', 'permissions'],
    'Where it writes is known only when it runs',
  ),
  acts('overwrites', 'ask', 'irreversible', ['overwrite'], 'What was there is gone'),
  acts('deletes', 'ask', 'irreversible', ['delete', 'delete-tree'], 'What was there is gone'),
  acts(
    'loses-permissions',
    'ask',
    'irreversible',
    ['permissions-tree', 'shut-out'],
    'Who owned what, and who might use it, is not remembered',
  ),

  // Disks
  acts('disk-repair', 'ask', 'irreversible', ['repair-disk'], 'A repair may throw data away'),
  acts('partitions', 'ask', 'irreversible', ['partition'], 'It changes where on the disk things lie'),
  acts('volume-loss', 'ask', 'irreversible', ['volume-remove'], 'Data or redundancy goes'),
  acts('volume-off', 'ask', 'changes_state', ['volume-change', 'unmount-by-force'], 'What uses it loses it'),
  acts('volumes', 'allow', 'changes_state', ['volume-grow', 'mount'], 'It adds, or can be taken back'),

  // Services, processes, the host
  acts(
    'lifeline',
    'ask',
    'changes_state',
    ['lifeline', 'network-change', 'firewall-change'],
    'It may cut the way by which you are here',
  ),
  acts(
    'firewall-cleared',
    'ask',
    'irreversible',
    ['firewall-clear'],
    'All rules go at once, and nobody remembers them',
  ),
  acts('network-added', 'allow', 'changes_state', ['network-add'], 'It adds, and takes nothing away'),
  acts(
    'service-stop',
    'ask',
    'changes_state',
    ['service-stop', 'container-stop'],
    'It stays off until somebody starts it',
  ),
  acts(
    'service-start',
    'allow',
    'changes_state',
    ['service-start', 'container-start'],
    'Ordinary recovery: it can be done again',
  ),
  acts('signal-init', 'ask', 'irreversible', ['signal-init'], 'The whole host hangs on this process'),
  acts('signals-by-name', 'ask', 'changes_state', ['signal-many'], 'It hits whatever has that name'),
  acts('signal', 'allow', 'changes_state', ['signal'], 'One process, by its number or with a gentle signal'),
  acts(
    'power',
    'ask',
    'irreversible',
    ['power'],
    'The host may not come back, and this console goes with it',
  ),
  acts('settings', 'allow', 'changes_state', ['setting', 'certificate'], 'A setting that can be set back'),
  acts('package-install', 'allow', 'changes_state', ['package-install'], 'It adds, and can be removed again'),
  acts(
    'package-change',
    'ask',
    'irreversible',
    ['package-change'],
    'Packages go or change version, some with their data',
  ),

  // People and traces
  acts('account-added', 'allow', 'changes_state', ['account-add'], 'It adds an account without rights'),
  acts('account-changed', 'ask', 'changes_state', ['account-change'], 'It changes what somebody may do'),
  acts(
    'account-removed',
    'ask',
    'irreversible',
    ['account-remove'],
    'An account goes, perhaps with its files',
  ),
  acts('credentials', 'ask', 'irreversible', ['credential'], 'The old secret stops working'),
  acts('later', 'ask', 'changes_state', ['schedule'], 'It runs when nobody looks'),
  acts('schedule-replaced', 'ask', 'irreversible', ['schedule-replace'], 'The old table is not kept'),
  acts('traces', 'ask', 'irreversible', ['history-wipe', 'log-wipe'], 'Evidence goes'),

  // Data, clusters, clouds, the world outside
  acts('data-kept-well', 'allow', 'changes_state', ['data-maintain'], 'Upkeep: no data goes'),
  acts('data-changed', 'ask', 'irreversible', ['data-change'], 'Data changes or goes'),
  acts(
    'containers-removed',
    'ask',
    'irreversible',
    ['container-remove'],
    'What stood only in the container is gone',
  ),
  acts(
    'cluster-changed',
    'allow',
    'changes_state',
    ['cluster-change'],
    'The state before can be applied again',
  ),
  acts('cluster-drained', 'ask', 'changes_state', ['cluster-drain'], 'Work is moved away or stopped'),
  acts('cluster-removed', 'ask', 'irreversible', ['cluster-remove'], 'What is deleted in a cluster is gone'),
  acts('cloud-started', 'allow', 'changes_state', ['cloud-start'], 'Ordinary recovery: it can be done again'),
  acts('cloud-changed', 'ask', 'changes_state', ['cloud-change'], 'It changes, stops or pays for something'),
  acts('cloud-removed', 'ask', 'irreversible', ['cloud-remove'], 'What is deleted in a cloud is gone'),
  acts('request', 'ask', 'changes_state', ['post'], 'What a request does is up to whoever gets it'),
  acts(
    'elsewhere',
    'ask',
    'irreversible',
    ['remote-change', 'remote-remove'],
    'What was there on the other side is gone',
  ),
  acts('leaves-the-host', 'ask', 'irreversible', ['send'], 'What has left can not be called back'),
  acts('published', 'ask', 'changes_state', ['publish'], 'Others get it at once'),
  acts('published-by-force', 'ask', 'irreversible', ['publish-force'], 'What others had there is gone'),
]
