// The part of the built-in policy that is about hosts, networks, data and what lies beyond, as data.
import { acts, type Rule } from './rules.ts'

export const HOST_RULES: readonly Rule[] = [
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
