// Ends everything that a console has started without its help: by the rows of its record.
import { existsSync } from 'node:fs'
import { openDatabase } from '../../db/database.ts'
import { createProcessesTable } from '../../db/processes.ts'
import { createTerminalsTable } from '../../db/terminals.ts'
import { endProcessTree, type Survivor } from '../claude/process-tree.ts'

type Started = { id: string; pid: number | null; start_time: string | null; boot_id: string | null }

/**
 * Never throws for what can't be ended: that is returned. A record that can't be read leaves nothing to go by.
 * @throws Error in SQLite's words
 */
export async function sweepFromOutside(database: string): Promise<Survivor[]> {
  const all = existsSync(database) ? readStarted(database) : []
  const survivors = await Promise.all(
    all.map(({ id, pid, start_time: startTime, boot_id: bootId }) => {
      const isKnown = pid !== null && startTime !== null && bootId !== null
      return endProcessTree(isKnown ? { pid, startTime, bootId } : null, id, { graceMs: 0 })
    }),
  )
  return [...new Map(survivors.flat().map((each) => [each.pid, each])).values()]
}

function readStarted(path: string): Started[] {
  const database = openDatabase(path, { readonly: true })
  try {
    return [...createProcessesTable(database).living(), ...createTerminalsTable(database).living()]
  } finally {
    database.close()
  }
}
