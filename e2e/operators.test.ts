// Accounts as an admin manages them, and what a lock ends.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AccountView } from '../lib/account-api.ts'
import type { Problem } from '../lib/api.ts'
import type { TerminalView } from '../lib/terminal-api.ts'
import { addOperator, as } from './support/accounts.ts'
import { startTestConsole, type TestConsole, until } from './support/console.ts'
import { endOf, processesOf, turnRow } from './support/trials.ts'

describe('accounts', () => {
  let test: TestConsole
  let ben: string
  beforeAll(async () => {
    const config = 'verbs: [{ name: wait, title: Wait, argv: [sleep, "600"] }]\n'
    test = await startTestConsole({ config, warm: false, env: { SHELL: '/bin/bash' } })
    ben = (await addOperator(test, 'ben', 'operator')).token
  })
  afterAll(() => test.close())

  const call = <T = AccountView & Problem>(method: string, path: string, body?: unknown) =>
    test.request<T>(method, `/api/operators${path}`, body)

  it('are listed, added, changed, and refused in words', async () => {
    const password = 'a long password of cid'
    expect(await call('POST', '', { name: 'cid', role: 'viewer', password })).toMatchObject({
      status: 201,
      data: { name: 'cid', role: 'viewer', locked_at: null, logins: 0, tokens: [] },
    })
    expect((await call('POST', '', { name: 'cid', role: 'viewer', password })).data.code).toBe(
      'account_refused',
    )
    expect((await call('POST', '', { name: 'dan', role: 'viewer', password: 'short' })).status).toBe(400)
    expect((await call('PATCH', '/cid', { role: 'operator' })).data.role).toBe('operator')
    expect((await call('PATCH', '/cid', { role: 'admin', password })).status).toBe(400)
    expect((await call('PATCH', '/nobody', { role: 'admin' })).status).toBe(404)
    for (const [method, path, body] of [
      ['PUT', '/ana/lock', undefined],
      ['PATCH', '/ana', { role: 'viewer' }],
    ] as const)
      expect(await call(method, path, body)).toMatchObject({
        status: 409,
        data: { code: 'account_refused', detail: expect.stringContaining('last admin') },
      })
    const made = await call<{ token: string }>('POST', '/cid/tokens', { label: 'robot' })
    expect((await fetch(`${test.url}/api/sessions`, { headers: as(made.data.token) })).status).toBe(200)
    const { data } = await call<{ operators: AccountView[] }>('GET', '')
    const [token] = data.operators.find(({ name }) => name === 'cid')?.tokens ?? []
    expect(token).toMatchObject({ label: 'robot', scope: 'console' })
    expect((await test.request('DELETE', `/api/tokens/${token?.id}`)).status).toBe(204)
    expect((await fetch(`${test.url}/api/sessions`, { headers: as(made.data.token) })).status).toBe(401)
  })

  it.each(['the API', 'the command'])(
    'lose turn, verb, queue, shell and stream by a lock through %s',
    async (way) => {
      const { id } = await test.openSession('long-command')
      const turns = `/api/sessions/${id}/turns`
      const go = { prompt: 'Go', queue: true }
      const first = await test.request<{ turn_id: string }>('POST', turns, go, as(ben))
      await test.request('POST', turns, go, as(ben))
      const kept = await test.request<{ turn_id: string }>('POST', turns, go)
      const shell = await test.request<TerminalView>(
        'POST',
        `/api/sessions/${id}/terminals`,
        { kind: 'shell' },
        as(ben),
      )
      const verb = await test.request('POST', `/api/sessions/${id}/verbs`, { name: 'wait' }, as(ben))
      expect(verb.status).toBe(202)
      await test.waitFor(id, (event) => event.kind === 'tool')
      const stream = await fetch(`${test.url}/api/sessions/${id}/events`, {
        headers: { ...as(ben), accept: 'text/event-stream' },
      })
      if (way === 'the API') expect((await call('PUT', '/ben/lock')).status).toBe(200)
      else expect((await test.command(['operator', 'lock', 'ben'])).exitCode).toBe(0)
      await stream.text()
      const end = await endOf(test, id, first.data.turn_id)
      expect(end).toMatchObject({ outcome: 'interrupted' })
      expect(
        await test.waitFor(id, (event) => event.kind === 'control' && event.action === 'stopped'),
      ).toMatchObject({
        reason: 'The account of ben is locked',
      })
      const verbEnd = await test.waitFor(id, (event) => event.kind === 'verb' && event.phase === 'ended')
      expect(verbEnd).toMatchObject({ outcome: 'interrupted', reason: 'The account of ben is locked' })
      await until(async () => (await test.session(id)).queue.length === 1)
      expect((await test.session(id)).queue[0]?.id).toBe(kept.data.turn_id)
      expect(turnRow(test, kept.data.turn_id).state).toBe('queued')
      const ended = async () =>
        (await test.request<TerminalView>('GET', `/api/terminals/${shell.data.id}`)).data.ended_at !== null
      await until(ended)
      await until(async () =>
        (await processesOf(test, id)).every(({ command }) => !command.includes('sleep')),
      )
      expect((await test.request('POST', turns, go, as(ben))).status).toBe(401)
      expect((await call('DELETE', '/ben/lock')).data.locked_at).toBeNull()
      expect((await test.request('GET', '/api/sessions', undefined, as(ben))).status).toBe(200)
    },
  )
})
