// The register of CLI processes: an entry before every start, and nothing that runs is unknown.
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { ProcessesTable, ProcessRow } from '../db/processes.ts'
import type { Launch } from './claude/launch.ts'
import { adoptClaude, type ClaudeProcess, startClaude } from './claude/process.ts'
import type { ProcessIdentity } from './claude/process-table.ts'
import type { Survivor } from './claude/process-tree.ts'
import { UNCONTAINED } from './containment/containment.ts'

export type Processes = ReturnType<typeof createProcesses>

/**
 * @param directoryOf where the processes of a session keep their files
 * @param refuse throws while nothing may be started
 */
export function createProcesses(
  table: ProcessesTable,
  directoryOf: (sessionId: string) => string,
  refuse: () => void,
  containment = UNCONTAINED,
) {
  /** What this console has started or taken up: known even where the table can't be read. */
  const known = new Map<string, ProcessIdentity | null>()

  async function enter<T extends ClaudeProcess>(
    sessionId: string,
    driver: string,
    launchKey: string,
    start: (id: string, directory: string) => Promise<T>,
  ): Promise<T> {
    refuse()
    const id = randomUUID()
    const directory = join(directoryOf(sessionId), id)
    const created_at = new Date().toISOString()
    table.insert({ id, session_id: sessionId, driver, launch_key: launchKey, directory, created_at })
    try {
      const claude = await start(id, directory)
      const { pid = null, startTime = null, bootId = null } = claude.identity ?? {}
      known.set(id, claude.identity)
      table.setIdentity({ id, pid, start_time: startTime, boot_id: bootId })
      // What was refused while it started is not let go on.
      refuse()
      return claude
    } catch (error) {
      await endTree(id, known.get(id) ?? null, 0)
      throw error
    }
  }

  async function endTree(id: string, identity: ProcessIdentity | null, graceMs: number): Promise<Survivor[]> {
    const survivors = await containment.endTree(identity, id, { graceMs })
    if (survivors.length === 0) setEnded(id)
    return survivors
  }

  function setEnded(id: string) {
    known.delete(id)
    try {
      table.end(id, new Date().toISOString())
    } catch {
      // It has ended whether or not there is space to say so: the next console looks for it once more.
    }
  }

  return {
    /**
     * Enters a process in the register and starts it.
     * @throws Error when it can't be started, with the reason in words
     */
    start: (sessionId: string, driver: string, launch: Launch, launchKey: string): Promise<ClaudeProcess> =>
      enter(sessionId, driver, launchKey, (id, directory) => startClaude(launch, id, directory, containment)),

    /** The same for a process that `start` starts: its marker is the id, its files stand in the directory, which does not exist yet. */
    enter,

    /** Takes up a process that an earlier console has entered. */
    adopt(row: ProcessRow): ClaudeProcess {
      known.set(row.id, identityOf(row))
      return adoptClaude(row.id, row.directory, identityOf(row), containment)
    },

    /** Ends a process and all that it started. Never throws. */
    async end(claude: ClaudeProcess, graceMs?: number): Promise<Survivor[]> {
      const survivors = await claude.end(graceMs === undefined ? {} : { graceMs })
      if (survivors.length === 0) setEnded(claude.id)
      return survivors
    },

    /** Kills all that runs, at once. Never throws, and needs no space. @returns how many there were, and what survives */
    endAll(): { count: number; survivors: Promise<Survivor[]> } {
      const all = new Map(known)
      try {
        for (const row of table.living()) all.set(row.id, identityOf(row))
      } catch {
        // A record that can't be read keeps nothing running.
      }
      const ended = Promise.all([...all].map(([id, identity]) => endTree(id, identity, 0)))
      return { count: all.size, survivors: ended.then((each) => each.flat()) }
    },

    /** Ends what an earlier console has left, but for the processes of turns that go on. */
    async sweep(keep: ReadonlySet<string>): Promise<Survivor[]> {
      const left = table.living().filter((row) => !keep.has(row.id))
      const survivors = await Promise.all(left.map((row) => endTree(row.id, identityOf(row), 1_000)))
      return survivors.flat()
    },

    byId: table.byId,
  }
}

function identityOf({ pid, start_time, boot_id }: ProcessRow): ProcessIdentity | null {
  if (pid === null || start_time === null || boot_id === null) return null
  return { pid, startTime: start_time, bootId: boot_id }
}
