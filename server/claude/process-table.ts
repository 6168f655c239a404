// Who is running: processes by pid and start time, by ancestry and by environment marker. Never a bare pid.
import { readdirSync, readFileSync } from 'node:fs'
import { runProcess } from '../child-process.ts'

/** A process that can't be mistaken for a later one with the same pid. */
export type ProcessIdentity = { pid: number; startTime: string; bootId: string }

export type RunningProcess = {
  pid: number
  parent: number
  /** Clock ticks since boot on Linux, the start date elsewhere: equal means the same process. */
  startTime: string
  command: string
  zombie: boolean
}

/** Set in the environment of every CLI process, inherited by all that it starts. */
export const PROCESS_MARKER = 'BREAKGLASS_PROCESS_ID'

const isLinux = process.platform === 'linux'

let bootId: string | undefined

/** Names this boot of the host, which no process outlives: read once. */
export function readBootId(): string {
  bootId ??= isLinux ? readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim() : 'unknown'
  return bootId
}

/** The identity of a running process, or null if there is none with this pid. */
export async function identify(pid: number): Promise<ProcessIdentity | null> {
  const running = isLinux ? readLinuxProcess(pid) : (await listProcesses()).find((entry) => entry.pid === pid)
  return running && !running.zombie ? { pid, startTime: running.startTime, bootId: readBootId() } : null
}

/** Whether exactly this process still runs. */
export async function isRunning(identity: ProcessIdentity): Promise<boolean> {
  if (identity.bootId !== readBootId()) return false
  const now = await identify(identity.pid)
  return now !== null && now.startTime === identity.startTime
}

/** Every process of the host that can be seen. */
export async function listProcesses(): Promise<RunningProcess[]> {
  if (isLinux) {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map((name) => readLinuxProcess(Number(name)))
      .filter((entry) => entry !== null)
  }
  const { stdout } = await runProcess('/bin/ps', ['-axo', 'pid=,ppid=,stat=,lstart=,command='], {
    env: { LC_ALL: 'C' },
  })
  return stdout.split('\n').flatMap((line) => {
    const match = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(\w+\s+\w+\s+\d+\s+[\d:]+\s+\d+)\s+(.*)$/.exec(line)
    if (!match) return []
    const [, pid, parent, stat = '', startTime = '', command = ''] = match
    return [{ pid: Number(pid), parent: Number(parent), startTime, command, zombie: stat.startsWith('Z') }]
  })
}

/**
 * The processes that belong to a CLI process: its descendants, and all that carry its marker
 * (a tool's daemon has left the family, but not its environment).
 *
 * @param root the CLI's own process, where it is known
 * @param marker value of {@link PROCESS_MARKER} it was started with
 * @param caged pids that belong to it whatever they descend from
 * @param known members that were found before: they stay members when their parents have gone
 */
export async function findFamily(
  root: ProcessIdentity | null,
  marker: string,
  known: readonly RunningProcess[] = [],
  caged: readonly number[] = [],
): Promise<RunningProcess[]> {
  const all = (await listProcesses()).filter((entry) => !entry.zombie && entry.pid !== process.pid)
  const family = new Set<number>(caged)
  const founders = [...known, ...(root ? [root] : [])]
  const isFounder = ({ pid, startTime }: RunningProcess) =>
    founders.some((founder) => founder.pid === pid && founder.startTime === startTime)
  for (const entry of all) {
    if (isFounder(entry) || carriesMarker(entry.pid, marker)) family.add(entry.pid)
  }
  // Until nobody is added: the list is not ordered by ancestry.
  for (let grown = true; grown; ) {
    grown = false
    for (const entry of all) {
      if (family.has(entry.pid) || !family.has(entry.parent)) continue
      family.add(entry.pid)
      grown = true
    }
  }
  return all.filter((entry) => family.has(entry.pid))
}

function carriesMarker(pid: number, marker: string): boolean {
  if (!isLinux) return false
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0').includes(`${PROCESS_MARKER}=${marker}`)
  } catch {
    return false // it has ended, or belongs to somebody else
  }
}

function readLinuxProcess(pid: number): RunningProcess | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    // proc(5): the name stands in parentheses and can hold any character; fields follow the last one.
    const nameEnd = stat.lastIndexOf(')')
    const fields = stat.slice(nameEnd + 2).split(' ')
    const name = stat.slice(stat.indexOf('(') + 1, nameEnd)
    const commandLine = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()
    return {
      pid,
      parent: Number(fields[1]),
      startTime: fields[19] ?? '',
      command: commandLine || `[${name}]`,
      zombie: fields[0] === 'Z' || fields[0] === 'X',
    }
  } catch {
    return null
  }
}
