// The register of CLI processes: an entry before every start, and nothing that runs is unknown.
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { ProcessesTable, ProcessRow } from '../db/processes.ts'
import type { Launch } from './claude/launch.ts'
import { adoptClaude, type ClaudeProcess, startClaude } from './claude/process.ts'
import type { ProcessIdentity } from './claude/process-table.ts'
import { endProcessTree, type Survivor } from './claude/process-tree.ts'

export type Processes = ReturnType<typeof createProcesses>

/** @param directoryOf where the processes of a session keep their files */
export function createProcesses(table: ProcessesTable, directoryOf: (sessionId: string) => string) {
  async function enter<T extends ClaudeProcess>(
    sessionId: string,
    driver: string,
    launchKey: string,
    start: (id: string, directory: string) => Promise<T>,
  ): Promise<T> {
    const id = randomUUID()
    const directory = join(directoryOf(sessionId), id)
    const created_at = new Date().toISOString()
    table.insert({ id, session_id: sessionId, driver, launch_key: launchKey, directory, created_at })
    try {
      const claude = await start(id, directory)
      const { pid = null, startTime = null, bootId = null } = claude.identity ?? {}
      table.setIdentity({ id, pid, start_time: startTime, boot_id: bootId })
      return claude
    } catch (error) {
      await endProcessTree(null, id, { graceMs: 0 })
      table.end(id, new Date().toISOString())
      throw error
    }
  }

  return {
    /**
     * Enters a process in the register and starts it.
     * @throws Error when it can't be started, with the reason in words
     */
    start: (sessionId: string, driver: string, launch: Launch, launchKey: string): Promise<ClaudeProcess> =>
      enter(sessionId, driver, launchKey, (id, directory) => startClaude(launch, id, directory)),

    /** The same for a process that `start` starts: its marker is the id, its files stand in the directory, which does not exist yet. */
    enter,

    /** Takes up a process that an earlier console has entered. */
    adopt: (row: ProcessRow): ClaudeProcess => adoptClaude(row.id, row.directory, identityOf(row)),

    /** Ends a process and all that it started. Never throws. */
    async end(claude: ClaudeProcess, graceMs?: number): Promise<Survivor[]> {
      const survivors = await claude.end(graceMs === undefined ? {} : { graceMs })
      if (survivors.length === 0) table.end(claude.id, new Date().toISOString())
      return survivors
    },

    /** Ends what an earlier console has left, but for the processes of turns that go on. */
    async sweep(keep: ReadonlySet<string>): Promise<Survivor[]> {
      const left = table.living().filter((row) => !keep.has(row.id))
      const survivors = await Promise.all(
        left.map(async (row) => {
          const still = await endProcessTree(identityOf(row), row.id, { graceMs: 1_000 })
          if (still.length === 0) table.end(row.id, new Date().toISOString())
          return still
        }),
      )
      return survivors.flat()
    },

    byId: table.byId,
  }
}

function identityOf({ pid, start_time, boot_id }: ProcessRow): ProcessIdentity | null {
  if (pid === null || start_time === null || boot_id === null) return null
  return { pid, startTime: start_time, bootId: boot_id }
}
