// For tests: what a gate stands on, with a real database of its own and two sessions in it.
import { join } from 'node:path'
import { openDatabase } from '../../db/database.ts'
import { createOperatorsTable, type OperatorsTable } from '../../db/operators.ts'
import { createChannel } from '../channel.ts'
import { createRecorder, type Recorder } from '../recorder.ts'
import { createTables, type Tables } from '../tables.ts'

export type GateFixture = { tables: Tables; operators: OperatorsTable; recorder: Recorder }

/** @param directory where its database is made; the caller removes it */
export function createGateFixture(directory: string): GateFixture {
  const database = openDatabase(join(directory, `${crypto.randomUUID()}.db`))
  const tables = createTables(database)
  for (const id of ['s', 'other'])
    tables.sessions.insert({
      ...{ id, reason: 'A reason to test', title: 'Test', ticket: null, kind: 'incident', drill: null },
      ...{ driver: 'print', provider: 'p', model: null, minutes: 60, operator: 'ana', workspace: '/w' },
      ...{ cli_session_id: id, created_at: new Date().toISOString() },
    })
  const recorder = createRecorder({
    ...{ database, events: tables.events, channel: createChannel() },
    onDiskTrouble: () => undefined,
  })
  return { tables, operators: createOperatorsTable(database), recorder }
}
