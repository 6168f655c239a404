// Ends everything that a console has started without its help: by the rows of its record.
import { existsSync } from 'node:fs'
import { openDatabase } from '../../db/database.ts'
import { createProcessesTable } from '../../db/processes.ts'
import { createTerminalsTable } from '../../db/terminals.ts'
import { createVerbRunsTable } from '../../db/verb-runs.ts'
import type { Survivor } from '../claude/process-tree.ts'
import { endTreeAt } from '../containment/containment.ts'

type Started = { id: string; pid: number | null; start_time: string | null; boot_id: string | null }

/**
 * @param path the data directory
 * Never throws for what can't be ended: that is returned. A record that can't be read leaves nothing to go by.
 * @throws Error in SQLite's words
 */
export async function sweepFromOutside({
  path,
  database,
}: {
  path: string
  database: string
}): Promise<Survivor[]> {
  const endTree = endTreeAt(path)
  const all = existsSync(database) ? readStarted(database) : []
  const survivors = await Promise.all(
    all.map(({ id, pid, start_time: startTime, boot_id: bootId }) => {
      const isKnown = pid !== null && startTime !== null && bootId !== null
      return endTree(isKnown ? { pid, startTime, bootId } : null, id, { graceMs: 0 })
    }),
  )
  return [...new Map(survivors.flat().map((each) => [each.pid, each])).values()]
}

function readStarted(path: string): Started[] {
  const database = openDatabase(path, { readonly: true })
  try {
    return [
      ...createProcessesTable(database).living(),
      ...createTerminalsTable(database).living(),
      ...createVerbRunsTable(database).living(),
    ]
  } finally {
    database.close()
  }
}
