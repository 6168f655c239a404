// The record under attack: damage is found and named, nothing is written over, and the console says in words why it can't start.
import { createHash } from 'node:crypto'
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Database, openDatabase } from '../db/database.ts'
import type { RecordedEvent } from '../lib/events.ts'
import { freePort, startTestConsole, type TestConsole } from './support/console.ts'
import { breakglass, endOf } from './support/trials.ts'

describe('a record', () => {
  let test: TestConsole
  let home: string
  let session: string
  let record: RecordedEvent[]
  beforeAll(async () => {
    test = await startTestConsole({ warm: false })
    home = mkdtempSync(join(tmpdir(), 'breakglass-verify-'))
    session = (await test.openSession('several-tools')).id
    const { turn_id } = await test.prompt(session, 'Go')
    await endOf(test, session, turn_id)
    record = await test.events(session)
  })
  afterAll(async () => {
    await test.close()
    rmSync(home, { recursive: true, force: true })
  })

  const variables = async (data: string, more: Record<string, string> = {}) => ({
    BREAKGLASS_DATA_DIR: data,
    BREAKGLASS_PORT: String(await freePort()),
    ...more,
  })
  /** A data directory of its own with this record. */
  const copy = (name: string): string => {
    const to = join(home, name)
    mkdirSync(to, { mode: 0o700 })
    for (const file of ['breakglass.db', 'anchors.ndjson']) {
      cpSync(join(test.data, file), join(to, file))
      chmodSync(join(to, file), 0o600)
    }
    return to
  }
  const damage = (name: string, change: (database: Database) => void): string => {
    const data = copy(name)
    const database = openDatabase(join(data, 'breakglass.db'))
    database.exec('DROP TRIGGER events_are_final_update; DROP TRIGGER events_are_final_delete')
    change(database)
    database.close()
    return data
  }
  const verify = async (data: string, args: string[] = []) =>
    breakglass(['verify', ...args], await variables(data))

  it('is found out with a WAL that was cut while its console ran', async () => {
    const data = copy('a cut WAL')
    const wal = join(data, 'breakglass.db-wal')
    cpSync(join(test.data, 'breakglass.db-wal'), wal)
    expect(await verify(data)).toMatchObject({ exitCode: 0 })
    cpSync(join(test.data, 'breakglass.db-wal'), wal)
    truncateSync(wal, Math.floor(statSync(wal).size * 0.8))
    const { exitCode, stderr } = await verify(data)
    expect({ exitCode, stderr }).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(
        new RegExp(`Session ${session}, seq \\d+: the event anchored at .* is missing`),
      ),
    })
  })

  it('holds, with the console running and without', async () => {
    expect(await test.command(['verify'])).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/1 sessions with \d+ events hold/),
    })
    expect(await test.command(['doctor'])).toMatchObject({ stdout: expect.stringContaining('runs as pid') })
    const account = ['operator', 'add', 'bob', '--role', 'viewer', '--password-stdin']
    expect(await test.command(account, 'a long password of bob')).toMatchObject({ exitCode: 0 })
    const { stdout: token } = await test.command(['token', 'add', 'robot', '--operator', 'bob'])
    const asBob = { authorization: `Bearer ${token.trim()}` }
    expect(await test.request('GET', '/api/sessions', undefined, asBob)).toMatchObject({ status: 200 })
    expect(await test.request('POST', '/api/sessions', {}, asBob)).toMatchObject({ status: 403 })
    await test.kill('SIGTERM')
    expect(await test.command(['verify', '--session', session])).toMatchObject({ exitCode: 0 })
    expect(await test.command(['doctor'])).toMatchObject({
      stdout: expect.stringContaining('is not running'),
    })
    expect(await test.command(['operator', 'list'])).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('ana'),
    })
    expect(await test.command(['token', 'list'])).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('test'),
    })
    expect(await test.command(['verify', '--session', 'none'])).toMatchObject({ exitCode: 1 })
    expect(await test.command(['verify', '--what'])).toMatchObject({ exitCode: 2 })
    expect(await test.command(['what'])).toMatchObject({ exitCode: 2 })
  })

  it.each([
    [
      'an edited event',
      3,
      "UPDATE events SET payload = replace(payload, 'folder', 'folders') WHERE kind = 'text'",
    ],
    ['an event with another time', 2, "UPDATE events SET at = '2020-01-01T00:00:00.000Z' WHERE seq = 2"],
    ['a deleted event', 4, 'DELETE FROM events WHERE seq = 4'],
    [
      'two swapped events',
      5,
      'UPDATE events SET seq = -seq WHERE seq IN (5, 6); UPDATE events SET seq = 11 + seq WHERE seq < 0',
    ],
  ])('is found out with %s', async (name, seq, sql) => {
    const data = damage(name, (database) => database.exec(sql))
    const { exitCode, stderr } = await verify(data)
    const at = name === 'an edited event' ? record.find(({ kind }) => kind === 'text')?.seq : seq
    expect({ exitCode, stderr }).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining(`Session ${session}, seq ${at}:`),
    })
  })

  it('is found out with a cut tail, by the anchors even when its head was set back', async () => {
    const last = record.length
    const cut = damage('a cut tail', (database) => database.exec(`DELETE FROM events WHERE seq = ${last}`))
    expect(await verify(cut)).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('the tail was cut'),
    })
    const hidden = damage('a hidden cut', (database) => {
      database.exec(`DELETE FROM events WHERE seq = ${last}`)
      database.exec(
        `UPDATE sessions SET head_seq = ${last - 1}, head_hash = (SELECT hash FROM events WHERE seq = ${last - 1})`,
      )
    })
    const { exitCode, stderr } = await verify(hidden)
    expect({ exitCode, stderr }).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining(`Session ${session}, seq ${last}: the event anchored at`),
    })
    expect(await verify(copy('sound'), ['--anchor', join(test.data, 'anchors.ndjson')])).toMatchObject({
      exitCode: 0,
    })
    expect(await verify(join(home, 'sound'), ['--anchor', '/nowhere'])).toMatchObject({ exitCode: 1 })
  })

  const broken: [string, (path: string) => void][] = [
    ['a first page of garbage', (path) => overwrite(path, 0, 4096)],
    ['a page of garbage', (path) => overwrite(path, 5 * 4096, 4096)],
    ['half its length', (path) => truncateSync(path, Math.floor(statSync(path).size / 2 / 4096) * 4096)],
  ]
  it.each(broken)('is neither opened nor written with %s', async (name, harm) => {
    const data = copy(name)
    const path = join(data, 'breakglass.db')
    harm(path)
    const before = hashOf(path)
    const start = await breakglass(['start'], await variables(data))
    expect(start).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining(`The record ${path} can't be opened`),
    })
    expect(start.stderr).toContain('Nothing was changed in it')
    expect(await verify(data)).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(/damaged|can't be read/),
    })
    expect(hashOf(path)).toBe(before)
  })

  it('is not served from a directory that others can read', async () => {
    const data = copy('loose')
    chmodSync(data, 0o755)
    expect(await breakglass(['start'], await variables(data))).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining(`chmod 700 '${data}'`),
    })
    chmodSync(data, 0o700)
    chmodSync(join(data, 'breakglass.db'), 0o644)
    expect(await verify(data)).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining(`chmod 600 '${join(data, 'breakglass.db')}'`),
    })
  })

  it('is held by one console at a time, on a port that is free', async () => {
    await test.start()
    const same = await breakglass(['start'], await variables(test.data))
    expect(same).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining(`Another console (pid ${test.process().pid}) uses`),
    })
    const port = await breakglass(
      ['start'],
      await variables(copy('port'), { BREAKGLASS_PORT: String(test.port) }),
    )
    expect(port).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining(`Port ${test.port} on 127.0.0.1 is taken`),
    })
    expect((await fetch(`${test.url}/api/health`)).status).toBe(200)
  })

  it.each([
    ['BREAKGLASS_PORT', 'abc'],
    ['BREAKGLASS_CONFIG', '/nowhere/config.yaml'],
  ])('is not served when %s is %s', async (name, value) => {
    const { exitCode, stderr } = await breakglass(
      ['start'],
      await variables(join(home, 'fresh'), { [name]: value }),
    )
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 1, stderr: expect.stringContaining(`${name} `) })
    expect(stderr).toContain(value)
  })

  it.each([
    ['limits:\n  turn_minutes: many\n', 'line 2, column 17'],
    ['limits: { turn_minutes: 1\n', 'line 2, column 1'],
    ['policy: { default: sometimes }\n', 'line 1, column 20'],
    ['colour: red\n', 'line 1, column'],
  ])('is not served with a configuration that is wrong: %j', async (yaml, where) => {
    const file = join(home, 'config.yaml')
    writeFileSync(file, yaml)
    const { exitCode, stderr } = await breakglass(
      ['start'],
      await variables(join(home, 'fresh'), { BREAKGLASS_CONFIG: file }),
    )
    expect({ exitCode, stderr }).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining(`${file}, ${where}`),
    })
  })
})

function overwrite(path: string, at: number, bytes: number) {
  writeSync(openSync(path, 'r+'), Buffer.alloc(bytes, 'garbage!'), 0, bytes, at)
}

function hashOf(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex')
}
