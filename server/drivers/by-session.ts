// One driver for all sessions: hands each turn to the driver its session has, and lets no two hold one conversation.
import type { ProcessRow } from '../../db/processes.ts'
import type { Batch, Driver, TurnRequest } from './driver.ts'

/**
 * @param drivers by name
 * @param driverOf the name of a session's driver now; the driver can change between two turns
 */
export function createDriverBySession<Name extends string>(
  drivers: Readonly<Record<Name, Driver>>,
  driverOf: (sessionId: string) => Name,
): Driver {
  const all: readonly Driver[] = Object.values(drivers)

  /** The CLI has no lock: two processes on one conversation fork its history. */
  async function releaseOthers(sessionId: string, chosen: Driver) {
    await Promise.all(all.filter((each) => each !== chosen).map((each) => each.release(sessionId)))
  }

  return {
    async *run(request: TurnRequest): AsyncGenerator<Batch> {
      const { sessionId, adopted } = request
      // What an earlier console left running is taken up by the driver that had started it.
      const chosen = adopted ? driverThatStarted(adopted.process) : drivers[driverOf(sessionId)]
      await releaseOthers(sessionId, chosen)
      yield* chosen.run(request)
    },
    prepare(sessionId, launch, earlierTurns) {
      const chosen = drivers[driverOf(sessionId)]
      void releaseOthers(sessionId, chosen).then(() => chosen.prepare(sessionId, launch, earlierTurns))
    },
    async release(sessionId) {
      await Promise.all(all.map((each) => each.release(sessionId)))
    },
    async close() {
      await Promise.all(all.map((each) => each.close()))
    },
  }

  function driverThatStarted({ driver, session_id }: ProcessRow): Driver {
    const found = Object.entries<Driver>(drivers).find(([name]) => name === driver)
    return found?.[1] ?? drivers[driverOf(session_id)]
  }
}
