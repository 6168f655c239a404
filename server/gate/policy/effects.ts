// The words in which commands are judged: what a call would do, and to what.
import type { Place } from './paths.ts'

export const ACTS = [
  // Looking
  'look',
  'read',
  'connect',
  // Work that concerns nobody else
  'work',
  // What can't be judged
  'unparsed',
  'unseen-code',
  'unknown-program',
  'unknown-tool',
  // Files
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
  'link-out',
  // Disks
  'wipe-disk',
  'repair-disk',
  'partition',
  'volume-grow',
  'volume-change',
  'volume-remove',
  'mount',
  'unmount-by-force',
  // Services, processes, the host
  'service-start',
  'service-stop',
  'lifeline',
  'console-kill',
  'signal',
  'signal-many',
  'signal-init',
  'fork-bomb',
  'power',
  'setting',
  'package-install',
  'package-change',
  // People and ways in
  'account-add',
  'account-change',
  'account-remove',
  'credential',
  'secret',
  'schedule',
  'schedule-replace',
  'history-wipe',
  'log-wipe',
  // Network
  'network-add',
  'network-change',
  'firewall-change',
  'firewall-clear',
  'post',
  'send',
  // Databases and queues
  'data-maintain',
  'data-change',
  // Containers, clusters, clouds
  'container-start',
  'container-stop',
  'container-remove',
  'cluster-change',
  'cluster-drain',
  'cluster-remove',
  'cloud-start',
  'cloud-change',
  'cloud-remove',
  'certificate',
  'remote-change',
  'remote-remove',
  // Repositories
  'publish',
  'publish-force',
  // Tools of the CLI
  'ask-operator',
] as const
export type Act = (typeof ACTS)[number]

/** One thing that a call would do. */
export type Effect = {
  act: Act
  /** The program or tool that does it; `>` for a redirection. */
  program: string
  args: readonly string[]
  /** What it is done to, absolute. */
  path?: string
  place?: Place
  host?: string
  /** On another host, or in a container. */
  remote: boolean
  /** What was seen through to find it, from the outside: `sudo`, `sh -c`, `$( )` … */
  via: readonly string[]
  /** In words, where the act alone does not say it. */
  note?: string
}

/** What a call would do as far as it can be told beforehand. */
export type Analysis = {
  tool: string
  effects: readonly Effect[]
}
