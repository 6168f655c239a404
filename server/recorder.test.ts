import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, expect, it, vi } from 'vitest'
import { type Database, openDatabase } from '../db/database.ts'
import type { EventBody, StreamEvent } from '../lib/events.ts'
import { createChannel } from './channel.ts'
import { createRecorder, type Recorder } from './recorder.ts'
import { createTables, type Tables } from './tables.ts'

const directory = mkdtempSync(join(tmpdir(), 'breakglass-recorder-'))
afterAll(() => rmSync(directory, { recursive: true }))

const note = (text: string): EventBody => ({ kind: 'note', operator: 'ana', text })
const partial: EventBody = { kind: 'text', text: 'par', message_id: 'm', partial: true }

let path: string
let database: Database
let tables: Tables
let recorder: Recorder
let published: StreamEvent[]
let onDiskTrouble: ReturnType<typeof vi.fn<(problem: string) => void>>

beforeEach(() => {
  path = join(directory, `${crypto.randomUUID()}.db`)
  database = openDatabase(path)
  tables = createTables(database)
  tables.sessions.insert({
    ...{ id: 's', reason: 'A reason to test', title: 'Test', ticket: null, kind: 'incident', drill: null },
    ...{ driver: 'print', provider: 'p', model: null, minutes: 60, operator: 'ana', workspace: '/w' },
    ...{ cli_session_id: 's', created_at: new Date().toISOString() },
  })
  const channel = createChannel()
  published = []
  channel.subscribe('s', (events) => published.push(...events))
  onDiskTrouble = vi.fn()
  recorder = createRecorder({ database, events: tables.events, channel, onDiskTrouble })
})

const entry = (...events: EventBody[]) => ({ sessionId: 's', turnId: 't', events })

it('record() numbers and publishes in order, and keeps what only passes out of the record', async () => {
  await recorder.record(entry(note('one'), partial, note('two')))
  expect(published).toMatchObject([
    { seq: 1, text: 'one', turn_id: 't' },
    { text: 'par', partial: true, turn_id: 't' },
    { seq: 2, text: 'two' },
  ])
  expect(published[1]).not.toHaveProperty('seq')
  expect(tables.events.after('s', 0, 10)).toEqual([published[0], published[2]])
  expect(tables.events.verify('s')).toMatchObject({ broken: null, head: { head_seq: 2 } })
})

it('record() has committed an event before anybody is told', async () => {
  const other = openDatabase(path, { readonly: true })
  const channel = createChannel()
  const seen: unknown[] = []
  channel.subscribe('s', () => seen.push(other.prepare('SELECT count(*) FROM events').pluck().get()))
  await createRecorder({ database, events: tables.events, channel, onDiskTrouble }).record(entry(note('one')))
  expect(seen).toEqual([1])
  other.close()
})

it('record() leaves nothing when what belongs to it fails', async () => {
  const also = () => {
    throw new Error('No')
  }
  await expect(recorder.record({ ...entry(note('one')), also })).rejects.toThrow('No')
  expect(published).toEqual([])
  expect(tables.events.after('s', 0, 10)).toEqual([])
})

it('record() waits while another process holds the database, recordNow() does not', async () => {
  const other = openDatabase(path)
  other.exec('BEGIN IMMEDIATE')
  expect(() => recorder.recordNow(entry(note('now')))).toThrow('locked')
  const waiting = recorder.record(entry(note('later')))
  await vi.waitFor(() => expect(recorder.trouble()).toContain('Another process holds'))
  expect(published).toEqual([])
  other.exec('COMMIT')
  other.close()
  await waiting
  expect(recorder.trouble()).toBeNull()
  expect(published).toMatchObject([{ seq: 1, text: 'later' }])
})

it('record() waits for space, and tells so that some is made', async () => {
  const pages = Number(database.pragma('page_count', { simple: true }))
  database.pragma(`max_page_count = ${pages}`)
  onDiskTrouble.mockImplementation(() => void database.pragma('max_page_count = 100000'))
  await recorder.record(entry(note('x'.repeat(100_000))))
  expect(onDiskTrouble).toHaveBeenCalledOnce()
  expect(published).toMatchObject([{ seq: 1 }])
})

it('close() lets nothing more in, and gives up what waits', async () => {
  const other = openDatabase(path)
  other.exec('BEGIN IMMEDIATE')
  const waiting = recorder.record(entry(note('late')))
  recorder.close()
  await expect(waiting).rejects.toThrow('stopping')
  other.close()
  expect(tables.events.after('s', 0, 10)).toEqual([])
})
