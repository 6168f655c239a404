// What the trials look with: streams followed over a console's death, the register of processes, the record's own promises.
import { readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import { openDatabase } from '../../db/database.ts'
import { createProcessesTable } from '../../db/processes.ts'
import { createSessionsTable } from '../../db/sessions.ts'
import type { TurnRow } from '../../db/turns.ts'
import { isTerminal } from '../../lib/event-checks.ts'
import type { RecordedEvent, StreamEvent } from '../../lib/events.ts'
import { runProcess } from '../../server/child-process.ts'
import { findFamily, type RunningProcess } from '../../server/claude/process-table.ts'
import { readEnvironment } from '../../server/environment.ts'
import { ROOT, type TestConsole } from './console.ts'

export type Watcher = {
  /** Everything seen so far, over all connections. */
  seen: StreamEvent[]
  /** Connects; goes on after the last event that has an id. Resolves when the connection has ended. */
  connect(): Promise<void>
  disconnect(): void
}

/** A client of a session's stream that behaves as EventSource does. */
export function watch(test: TestConsole, sessionId: string): Watcher {
  const seen: StreamEvent[] = []
  let abort = new AbortController()
  let last: string | null = null
  return {
    seen,
    async connect() {
      abort = new AbortController()
      try {
        const response = await fetch(`${test.url}/api/sessions/${sessionId}/events`, {
          headers: {
            authorization: `Bearer ${test.token}`,
            accept: 'text/event-stream',
            ...(last === null ? {} : { 'last-event-id': last }),
          },
          signal: abort.signal,
        })
        let rest = ''
        for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
          const frames = (rest + chunk).split('\n\n')
          rest = frames.pop() ?? ''
          for (const frame of frames) {
            const lines = frame.split('\n')
            const data = lines.find((line) => line.startsWith('data: '))
            if (!data) continue
            last = lines.find((line) => line.startsWith('id: '))?.slice(4) ?? last
            seen.push(JSON.parse(data.slice(6)) as StreamEvent)
          }
        }
      } catch {
        // The console has gone, or we have.
      }
    },
    disconnect: () => abort.abort(),
  }
}

export function recordedOf(events: readonly StreamEvent[]): RecordedEvent[] {
  return events.filter((event): event is RecordedEvent => 'seq' in event && event.kind !== 'caught-up')
}

/** What was seen stands in the record: once, in order, as it was. */
export function expectSeenInRecord(seen: readonly StreamEvent[], record: readonly RecordedEvent[]) {
  const bySeq = new Map(record.map((event) => [event.seq, event]))
  const recorded = recordedOf(seen)
  expect(recorded.map(({ seq }) => seq)).toEqual(recorded.map((_, index) => index + 1))
  for (const event of recorded) expect(bySeq.get(event.seq)).toEqual(event)
}

/** A turn's events: numbered without a gap, one terminal event and that the last. */
export function expectWholeTurn(record: readonly RecordedEvent[], turnId: string): RecordedEvent {
  expect(record.map(({ seq }) => seq)).toEqual(record.map((_, index) => index + 1))
  const ofTurn = record.filter((event) => event.turn_id === turnId)
  expect(ofTurn.filter(isTerminal)).toHaveLength(1)
  const last = ofTurn.at(-1)
  expect(last && isTerminal(last)).toBe(true)
  return last as RecordedEvent
}

export async function endOf(test: TestConsole, sessionId: string, turnId: string, ms = 60_000) {
  await test.waitFor(sessionId, (event) => event.turn_id === turnId && isTerminal(event), ms)
  return expectWholeTurn(await test.events(sessionId), turnId)
}

export function turnRow(test: TestConsole, turnId: string): TurnRow {
  return withDatabase(
    test,
    (database) => database.prepare('SELECT * FROM turns WHERE id = ?').get(turnId) as TurnRow,
  )
}

/** Every process that carries the marker of one of the console's processes or terminals, or of one session's, or descends from one. */
export async function processesOf(test: TestConsole, sessionId?: string): Promise<RunningProcess[]> {
  const ids = withDatabase(test, (database) =>
    database
      .prepare(
        `SELECT id FROM processes WHERE @session IN (session_id, @all)
         UNION SELECT id FROM terminals WHERE @session IN (session_id, @all)`,
      )
      .pluck()
      .all({ session: sessionId ?? '', all: sessionId ? null : '' }),
  ) as string[]
  return (await Promise.all(ids.map((id) => findFamily(null, id)))).flat()
}

/** Processes that the register does not know to have ended. */
export function livingRows(test: TestConsole, sessionId?: string) {
  const rows = withDatabase(test, (database) => createProcessesTable(database).living())
  return rows.filter((row) => sessionId === undefined || row.session_id === sessionId)
}

/** Moves the end of a session's time box, as hours that pass would. @param at epoch milliseconds */
export function setEnd(test: TestConsole, sessionId: string, at: number): void {
  const database = openDatabase(join(test.data, 'breakglass.db'))
  createSessionsTable(database).setEnd(sessionId, new Date(at).toISOString())
  database.close()
}

export function withDatabase<T>(test: TestConsole, use: (database: ReturnType<typeof openDatabase>) => T): T {
  const database = openDatabase(join(test.data, 'breakglass.db'), { readonly: true })
  try {
    return use(database)
  } finally {
    database.close()
  }
}

/** How often the command of `counter` was run in a workspace. */
export function timesRan(workspace: string): number {
  try {
    return readFileSync(join(workspace, 'ran.txt'), 'utf8').split('\n').filter(Boolean).length
  } catch {
    return 0
  }
}

/** Runs a `breakglass` command with nothing in its environment but what is given; one that goes on is ended. */
export async function breakglass(
  args: readonly string[],
  variables: Record<string, string>,
): Promise<{ exitCode: number | null; stdout: string; stderr: string }> {
  const env = { PATH: readEnvironment().inherited.PATH ?? '', HOME: tmpdir(), ...variables }
  return runProcess(process.execPath, [join(ROOT, 'server', 'launch.mjs'), ...args], {
    env,
    timeoutMs: 30_000,
  })
}
