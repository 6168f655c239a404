// What holds the processes of the console together, so that ending one ends all that it has started; and says how far that goes.
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { HealthCheck } from '../../lib/api.ts'
import { type Cage, type EndTree, endProcessTree } from '../claude/process-tree.ts'
import type { AgentUser } from './agent-user.ts'
import { ENTER, openCgroups } from './cgroups.ts'
import { behind, type Command } from './command.ts'
import type { ContainmentConfig } from './containment-config.ts'
import { findCgroups } from './find-cgroups.ts'
import { createMetLimits, type MetLimit } from './met-limits.ts'
import { createToolLimits, type ToolLimits } from './tool-limits.ts'

export type Containment = {
  /**
   * What is run in place of a command, so that it begins its life contained.
   * @param id of the process or terminal; its tree is ended by it
   * @param who the launcher stands in front of what the agent runs, not of an operator's shell
   * @throws Error with the reason in words
   */
  enclose(id: string, command: Command, who: 'agent' | 'operator'): Command
  endTree: EndTree
  /** What is in force, in words for the operator, without flattery. */
  describe(): HealthCheck
  /** When the console ends: what still runs stays where it is. */
  close(): void
}

/** Holds nothing: trees are found by descent and by their marker. */
export const UNCONTAINED: Containment = {
  enclose: (_, command) => command,
  endTree: endProcessTree,
  describe: () => describeWithout('it is not looked for'),
  close() {},
}

/** Names the place where an earlier console had its cgroups, for whoever ends what it has left. */
const PLACE_FILE = 'cgroup'
/** What the console has found in force: another process, of another cgroup, would find something else. */
const WORDS_FILE = 'containment.json'
type Words = { pid: number; check: HealthCheck }

/**
 * @param directory the data directory: it names the console
 * @param onMet told of limits that were met, by the id of what met them; null where no processes are going to be started
 * @param user that the launcher runs the agent as, null where that is the console's own
 * @param env to look the launcher up in
 */
export async function createContainment(
  config: ContainmentConfig,
  directory: string,
  options: {
    onMet: ((id: string, met: MetLimit) => void) | null
    user: AgentUser | null
    env: Record<string, string>
  },
): Promise<Containment> {
  const containment = await findContainment(config, directory, options)
  if (options.onMet) {
    const words: Words = { pid: process.pid, check: containment.describe() }
    writeFileSync(join(directory, WORDS_FILE), JSON.stringify(words), { mode: 0o600 })
  }
  return containment
}

/** What the console with this pid has found in force; null where it has left no word, or not yet. */
export function readContainment(directory: string, console: { pid: number }): HealthCheck | null {
  try {
    const { pid, check } = JSON.parse(readFileSync(join(directory, WORDS_FILE), 'utf8')) as Words
    return pid === console.pid ? check : null
  } catch {
    return null
  }
}

async function findContainment(
  config: ContainmentConfig,
  directory: string,
  { onMet, user, env }: Parameters<typeof createContainment>[2],
): Promise<Containment> {
  const earlier = endTreeAt(directory)
  const consoleId = createHash('sha256').update(directory).digest('hex').slice(0, 12)
  const found = await findCgroups(config, consoleId, { mayMove: onMet !== null, env })
  const cgroup = 'problem' in found ? {} : found.limits
  const toolLimits = await createToolLimits(config, { user, cgroup, env })
  if ('problem' in found) {
    return {
      ...UNCONTAINED,
      endTree: earlier,
      enclose: (_, command, who) => launch(command, who),
      describe: () => tellRest(describeWithout(found.problem), user, false, toolLimits),
    }
  }
  const { cgroups, limits } = found
  const met = createMetLimits((id, limit) => onMet?.(id, limit))
  if (onMet) {
    for (const id of cgroups.tidy()) met.begin(id, join(cgroups.base, id))
    const before = readPlace(directory)
    if (before !== null && before !== cgroups.base) openCgroups(before).leave()
    writeFileSync(join(directory, PLACE_FILE), cgroups.base, { mode: 0o600 })
  }
  const missing = Object.keys(config).filter(
    (key) => (key === 'memory_max' && !limits['memory.max']) || (key === 'pids_max' && !limits['pids.max']),
  )
  return {
    enclose(id, command, who) {
      const { file, args } = launch(command, who)
      const [shell, ...enter] = ENTER
      const path = cgroups.make(id)
      met.begin(id, path)
      return { file: shell, args: [...enter, path, file, ...args] }
    },
    endTree: (root, marker, options) => {
      const found = cgroups.find(marker)
      if (!found) return earlier(root, marker, options)
      const cage: Cage = {
        ...found,
        remove() {
          met.end(marker)
          found.remove()
        },
      }
      return endProcessTree(root, marker, { ...options, cage })
    },
    describe: () => tellRest(describeCgroup(limits, missing), user, true, toolLimits),
    close() {
      met.close()
      cgroups.leave()
    },
  }

  function launch(command: Command, who: 'agent' | 'operator'): Command {
    return who === 'operator' ? command : behind(config.launcher ?? [], toolLimits.impose(command))
  }
}

/** Who the agent is decides what it can read, and, without a cgroup, whether it can be ended; limits, what it can take. */
function tellRest(
  found: HealthCheck,
  user: AgentUser | null,
  hasCgroup: boolean,
  { words }: ToolLimits,
): HealthCheck {
  const own = process.getuid?.() ?? 0
  const name = user !== null ? `user ${user.uid}` : own === 0 ? 'root' : `the console's own user`
  const check = { ...found, brief: `${found.brief}, agent is ${name}` }
  if (user === null) {
    const leave = hasCgroup ? ', and a command that means to can leave its cgroup' : ''
    return {
      ...check,
      detail: `${check.detail}; the agent runs as ${name} and can read and change the record${leave}; ${words}`,
    }
  }
  const detail = `${check.detail}; the agent runs as the user ${user.uid}, to whom the record is closed; ${words}`
  if (hasCgroup || own === 0) return { ...check, detail }
  const hint = `Without a cgroup the console, which is not root, can't end what another user runs. ${check.hint ?? ''}`
  return { ...check, state: 'error', detail, hint: hint.trim() }
}

/** Ends trees of a console that may have gone, by the place it has named in its data directory. */
export function endTreeAt(directory: string): EndTree {
  const base = readPlace(directory)
  if (base === null) return endProcessTree
  const cgroups = openCgroups(base)
  return (root, marker, options) => endProcessTree(root, marker, { ...options, cage: cgroups.find(marker) })
}

function readPlace(directory: string): string | null {
  try {
    return readFileSync(join(directory, PLACE_FILE), 'utf8').trim()
  } catch {
    return null
  }
}

function describeCgroup(limits: Record<string, string>, missing: string[]): HealthCheck {
  const detail = [
    'cgroup v2, Stop ends the whole tree',
    ...(limits['memory.max'] ? [`memory up to ${limits['memory.max']}, no swap`] : []),
    ...(limits['pids.max'] ? [`up to ${limits['pids.max']} processes and threads`] : []),
  ].join(', ')
  const told = { name: 'Containment', detail, brief: 'Stop ends all' }
  if (missing.length === 0) return { ...told, state: 'ok' }
  const hint = `${missing.join(' and ')} can't be set: the controllers are not delegated to the console's cgroup, see "A service of its own" in the README`
  return { ...told, state: 'warn', hint }
}

function describeWithout(problem: string): HealthCheck {
  const how =
    process.platform === 'linux' ? 'by descent and by a marker in the environment' : 'by descent only'
  return {
    name: 'Containment',
    state: 'warn',
    detail: `${how}: a process that leaves its parents and empties its environment escapes Stop`,
    brief: 'Stop may leave some',
    hint: `No cgroup v2 is used: ${problem}`,
  }
}
