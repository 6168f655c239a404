// Who lives in a persistent process for as long as it does, and what its turns leave running beside it.
import type { Batch } from '../drivers/driver.ts'
import { findFamily, type ProcessIdentity, type RunningProcess } from './process-table.ts'
import { endLeftovers, type Survivor } from './process-tree.ts'

export type Crew = {
  /** Sees what a turn says, before anything of it is answered: tools are started later, MCP servers before. */
  saw(batch: Batch): Promise<void>
  /** Ends what the last turn has left running. Nothing before a turn was opened. */
  endLeftovers(): Promise<Survivor[]>
}

/** @param marker of everything that runs in the process, see {@link findFamily} */
export function createCrew(identity: ProcessIdentity | null, marker: string): Crew {
  let members: RunningProcess[] | null = null
  return {
    async saw({ events }) {
      if (members !== null || !events.some(({ kind }) => kind === 'session')) return
      members = (await findFamily(identity, marker)).filter(({ pid }) => pid !== identity?.pid)
    },
    endLeftovers: async () => (identity && members ? endLeftovers(identity, marker, members) : []),
  }
}
