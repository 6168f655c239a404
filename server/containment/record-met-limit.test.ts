import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { openDatabase } from '../../db/database.ts'
import { createChannel } from '../channel.ts'
import { createRecorder } from '../recorder.ts'
import { createTables, type Tables } from '../tables.ts'
import { containmentSchema } from './containment-config.ts'
import type { MetLimit } from './met-limits.ts'
import { createMetLimitRecorder } from './record-met-limit.ts'

const directory = mkdtempSync(join(tmpdir(), 'breakglass-met-'))
afterAll(() => rmSync(directory, { recursive: true }))
const created_at = new Date().toISOString()

describe('createMetLimitRecorder()', () => {
  let tables: Tables
  let tell: (id: string, met: MetLimit) => void
  const failures: unknown[] = []
  const addTerminal = (id: string, kind: 'shell' | 'agent') =>
    tables.terminals.insert({
      ...{ id, session_id: 's', kind, title: 'Test', operator: 'ana', cols: 80, rows: 24, created_at },
      ...{ pid: null, start_time: null, boot_id: null, ended_at: null, exit_code: null, reason: null },
    })

  beforeEach(() => {
    const database = openDatabase(join(directory, `${crypto.randomUUID()}.db`))
    tables = createTables(database)
    tables.sessions.insert({
      ...{ id: 's', reason: 'A reason to test', title: 'Test', ticket: null, kind: 'incident', drill: null },
      ...{ driver: 'print', provider: 'p', model: null, minutes: 60, operator: 'ana', workspace: '/w' },
      ...{ cli_session_id: 's', created_at },
    })
    tables.turns.insert({
      ...{ id: 't', session_id: 's', operator: 'ana', prompt: 'Go', idempotency_key: null, state: 'running' },
      ...{ created_at, started_at: created_at, deadline_at: created_at },
    })
    for (const id of ['of the turn', 'warm']) {
      const more = { driver: 'print', launch_key: '', directory: '/d', created_at }
      tables.processes.insert({ id, session_id: 's', ...more })
    }
    tables.turns.setProcess('t', 'of the turn')
    const channel = createChannel()
    const recorder = createRecorder({ database, events: tables.events, channel, onDiskTrouble() {} })
    const config = containmentSchema.parse({ memory_max: '4G', pids_max: 500 })
    tell = createMetLimitRecorder({ config, tables, recorder, onFailure: (error) => failures.push(error) })
  })

  it('says which limit was met, how often, and what to do', () => {
    tell('of the turn', { limit: 'memory', times: 1 })
    tell('of the turn', { limit: 'processes', times: 12 })
    tell('of the turn', { limit: 'host_memory', times: 2 })
    const told = tables.events.after('s', 0, 10)
    expect(told).toMatchObject([
      {
        action: 'limit_met',
        limit: 'memory',
        times: 1,
        reason: expect.stringMatching(/^a process was .* 4G:/),
      },
      {
        limit: 'processes',
        reason: expect.stringMatching(/^12 new processes .* 500 .*raise containment.pids_max/),
      },
      { limit: 'host_memory', reason: expect.stringMatching(/^2 processes were killed, because the host/) },
    ])
    expect(failures).toEqual([])
  })

  it('puts it into the turn that the process works on, and into no other', () => {
    addTerminal('shell', 'shell')
    addTerminal('tui', 'agent')
    for (const id of ['of the turn', 'warm', 'shell', 'tui', 'nobody'])
      tell(id, { limit: 'memory', times: 1 })
    expect(tables.events.after('s', 0, 10).map((event) => event.turn_id)).toEqual([
      't',
      undefined,
      undefined,
      't',
    ])
  })
})
