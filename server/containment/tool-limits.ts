// What the agent's processes may take, by limits that the kernel keeps for every process: they need no cgroup.
import { runProcess } from '../child-process.ts'
import type { AgentUser } from './agent-user.ts'
import type { CgroupLimits } from './cgroups.ts'
import { behind, type Command } from './command.ts'
import type { ContainmentConfig } from './containment-config.ts'

export type ToolLimits = {
  /** What is run in place of a command of the agent's. */
  impose(command: Command): Command
  /** What is in force and what is not, for the operator. */
  words: string
}

/** The unit of `ulimit -f` in a POSIX shell. */
const BLOCK_BYTES = 512
/** Processes and threads of a user who is the agent's alone, unless the configuration says how many. */
const PROCESSES_OF_OWN_USER = 4_000
/**
 * Any shell can do it, where `prlimit` is Linux's alone. A lower limit that is in force already stays. The number of
 * processes is `-u` in most shells and `-p` in dash; in bash `-p` is something else.
 */
const IMPOSE =
  '{ [ -z "$1" ] || ulimit -f "$1"; [ -z "$2" ] || ulimit -n "$2"; [ -z "$3" ] || ulimit -u "$3" || ulimit -p "$3"; } 2>/dev/null; shift 3; exec "$@"'
const ASK = 'ulimit -f; ulimit -n; ulimit -u 2>/dev/null || ulimit -p'

/**
 * Tries the limits out, since a launcher may set others.
 *
 * @param user that the launcher runs the agent as, null where that is the console's own
 * @param cgroup what a cgroup limits already
 */
export async function createToolLimits(
  config: ContainmentConfig,
  { user, cgroup, env }: { user: AgentUser | null; cgroup: CgroupLimits; env: Record<string, string> },
): Promise<ToolLimits> {
  const { file_size_max: fileSize, open_files_max: openFiles, pids_max: pids, launcher = [] } = config
  const isRoot = (user?.uid ?? process.getuid?.()) === 0
  const processes = pids ?? (user ? PROCESSES_OF_OWN_USER : '')
  const wanted = [
    fileSize === 'off' ? '' : bytesOf(fileSize) / BLOCK_BYTES,
    openFiles,
    cgroup['pids.max'] || isRoot ? '' : processes,
  ].map(String)
  const impose = ({ file, args }: Command): Command => ({
    file: '/bin/sh',
    args: ['-c', IMPOSE, 'limits', ...wanted, file, ...args],
  })

  const asking = behind(launcher, impose({ file: '/bin/sh', args: ['-c', ASK] }))
  const { exitCode, stdout, stderr } = await runProcess(asking.file, asking.args, { env })
  if (exitCode !== 0) return { impose, words: `no limit is known to be in force: ${stderr.trim()}` }
  const [blocks = null, open = null, running = null] = stdout.split('\n').map(readLimit)
  const held = [
    ...(blocks === null ? [] : [`files up to ${sizeOf(blocks * BLOCK_BYTES)}`]),
    ...(open === null ? [] : [`${open} open files a process`]),
    ...(running === null || isRoot ? [] : [`${running} processes and threads of its user`]),
  ]
  const free = [
    ...(cgroup['memory.max'] ? [] : ['memory']),
    ...(blocks === null ? ['the size of files'] : []),
    ...(open === null ? ['open files'] : []),
    ...(cgroup['pids.max'] || (running !== null && !isRoot) ? [] : [`processes${isRoot ? ', as root' : ''}`]),
  ]
  return {
    impose,
    words: [
      ...(held.length > 0 ? [`it is held to ${held.join(' and ')}`] : []),
      ...(free.length > 0 ? [`not held in ${free.join(' and ')}`] : []),
    ].join(', '),
  }
}

/** @returns null for `unlimited` and what is no number */
function readLimit(line: string): number | null {
  const limit = Number.parseInt(line, 10)
  return Number.isNaN(limit) ? null : limit
}

const UNITS = { K: 1024, M: 1024 ** 2, G: 1024 ** 3 } as const

function bytesOf(size: string): number {
  const unit = size.at(-1) as keyof typeof UNITS
  return Number.parseInt(size, 10) * (UNITS[unit] ?? 1)
}

/** As it stands in the configuration. */
function sizeOf(bytes: number): string {
  const unit = (['G', 'M', 'K'] as const).find((each) => bytes % UNITS[each] === 0)
  return unit ? `${bytes / UNITS[unit]}${unit}` : `${bytes} bytes`
}
