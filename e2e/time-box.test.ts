import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Problem, SessionView } from '../lib/api.ts'
import { startTestConsole, type TestConsole, until } from './support/console.ts'
import { endOf, livingRows, setEnd, turnRow } from './support/trials.ts'

const GRACE_SECONDS = 60

describe('the time box of a session', () => {
  let test: TestConsole
  beforeAll(async () => {
    test = await startTestConsole({
      warm: false,
      config: `limits: { time_box_grace_minutes: ${GRACE_SECONDS / 60} }`,
    })
  })
  afterAll(() => test.close())

  const extend = (id: string, body: unknown) =>
    test.request<Omit<SessionView, 'status'> & Partial<Problem>>('POST', `/api/sessions/${id}/extend`, body)
  const send = (id: string, more = {}) =>
    test.request<Problem>('POST', `/api/sessions/${id}/turns`, { prompt: 'go on', ...more })
  const controls = async (id: string, action: string) =>
    (await test.events(id)).filter((event) => event.kind === 'control' && event.action === action)
  const told = (id: string, action: string) =>
    test.waitFor(id, (event) => event.kind === 'control' && event.action === action)
  const minutesLeft = ({ ends_at }: Pick<SessionView, 'ends_at'>) =>
    Math.round((Date.parse(ends_at ?? '') - Date.now()) / 60_000)

  it('is warned of once, and extended with a reason', async () => {
    const session = await test.openSession('plain-text', { minutes: 6 })
    const { id } = session
    expect(minutesLeft(session)).toBe(6)
    expect(await told(id, 'time_box_warning')).toMatchObject({
      operator: 'console',
      ends_at: session.ends_at,
    })
    for (const body of [{ minutes: 4, reason: 'longer' }, { minutes: 30 }, { minutes: 30, reason: ' a ' }])
      expect((await extend(id, body)).status).toBe(400)
    const { status, data } = await extend(id, { minutes: 60, reason: 'The restore is slow' })
    expect(status).toBe(200)
    expect(minutesLeft(data)).toBe(66)
    expect(await controls(id, 'extended')).toMatchObject([
      { operator: 'ana', reason: 'The restore is slow', minutes: 60, ends_at: data.ends_at },
    ])
    expect(await extend(id, { minutes: 1440, reason: 'For ever' })).toMatchObject({
      status: 400,
      data: { fields: { minutes: expect.stringContaining('add at most 1374 minutes') } },
    })
    setEnd(test, id, Date.now() + 60_000)
    await until(async () => (await controls(id, 'time_box_warning')).length === 2)
    await test.request('POST', `/api/sessions/${id}/close`, { outcome: 'resolved' })
    expect(await extend(id, { minutes: 60, reason: 'More' })).toMatchObject({
      status: 409,
      data: { code: 'session_closed' },
    })
  })

  it('lets nothing new start once it is over, and goes on after an extension only when told', async () => {
    const { id } = await test.openSession('slow-text', { kind: 'incident' })
    const { turn_id } = await test.prompt(id, 'first')
    expect((await send(id, { queue: true })).status).toBe(202)
    setEnd(test, id, Date.now() - 1)
    expect(await told(id, 'time_box_over')).toMatchObject({
      reason: expect.stringContaining('1 queued prompt held'),
    })
    for (const more of [{}, { queue: true }])
      expect(await send(id, more)).toMatchObject({ status: 409, data: { code: 'time_box_over' } })
    const shell = { kind: 'shell' }
    expect(await test.request('POST', `/api/sessions/${id}/terminals`, shell)).toMatchObject({
      status: 409,
      data: { code: 'time_box_over' },
    })
    await endOf(test, id, turn_id)
    expect(turnRow(test, turn_id).outcome).toBe('success')
    await until(() => livingRows(test, id).length === 0)
    const over = await test.session(id)
    expect(over).toMatchObject({ status: 'over', queued: 1 })
    const queued = over.queue[0]?.id ?? ''
    const now = `/api/sessions/${id}/queue/${queued}/send`
    expect(await test.request('POST', now)).toMatchObject({ status: 409, data: { code: 'time_box_over' } })

    const { data } = await extend(id, { minutes: 30, reason: 'It is not back yet' })
    expect(data).toMatchObject({ status: 'held', queued: 1 })
    expect(minutesLeft(data)).toBe(30)
    expect((await test.request('POST', now)).status).toBe(202)
    await endOf(test, id, queued)
  })

  it('gives the turn that runs a grace and then stops it, also over a restart', async () => {
    const { id } = await test.openSession('long-command')
    const { turn_id } = await test.prompt(id, 'Go')
    await test.waitFor(id, (event) => event.kind === 'tool')
    await test.kill()
    setEnd(test, id, Date.now() - GRACE_SECONDS * 1000)
    await test.start()
    const { seq } = await told(id, 'time_box_over')
    const end = await endOf(test, id, turn_id)
    expect(end).toMatchObject({ kind: 'result', outcome: 'timeout' })
    expect(end.seq).toBeGreaterThan(seq)
    expect(await controls(id, 'stopped')).toMatchObject([
      { operator: 'console', reason: expect.stringContaining('The time box of the session ended at') },
    ])
    expect(await controls(id, 'time_box_over')).toHaveLength(1)
    await until(() => livingRows(test, id).length === 0)
    expect((await test.session(id)).status).toBe('over')
  })

  it('holds a drill as well', async () => {
    const { id } = await test.openSession('plain-text', { kind: 'drill', minutes: 5 })
    setEnd(test, id, Date.now() - 1)
    await told(id, 'time_box_over')
    expect(await send(id)).toMatchObject({ status: 409, data: { code: 'time_box_over' } })
  })
})
