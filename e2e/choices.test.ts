// How the agent runs, chosen at the opening and changed in mid-session: one conversation over drivers and providers.
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Problem, SessionView } from '../lib/api.ts'
import type { ChangedSession } from '../lib/choice-api.ts'
import { type ScriptedModel, startScriptedModel } from '../server/drill/scripted-model.ts'
import { BUILT_DRIVERS } from '../server/drivers/drivers.ts'
import { ROOT, startTestConsole, type TestConsole, until } from './support/console.ts'
import { endOf, livingRows } from './support/trials.ts'

const ORDER = ['print', ...BUILT_DRIVERS.filter((name) => name !== 'print'), 'print'] as const

describe('choosing how the agent runs', () => {
  let first: ScriptedModel
  let second: ScriptedModel
  let test: TestConsole
  beforeAll(async () => {
    const scenarios = join(ROOT, 'e2e', 'scenarios')
    first = await startScriptedModel({ scenarios })
    second = await startScriptedModel({ scenarios })
    const config = `providers:
  - { name: first, base_url: "${first.url}", model: drill-counter }
  - { name: second, base_url: "${second.url}/v1", model: drill-multi }
  - { name: third, base_url: "${second.url}" }
`
    test = await startTestConsole({ warm: false, model: false, config })
  })
  afterAll(async () => {
    await test.close()
    await first.close()
    await second.close()
  })

  const change = (id: string, body: unknown) =>
    test.request<ChangedSession>('PATCH', `/api/sessions/${id}`, body)
  const ask = async (id: string, prompt: string) => {
    const { turn_id } = await test.prompt(id, prompt)
    return endOf(test, id, turn_id)
  }
  const controlsOf = async (id: string) =>
    (await test.events(id)).filter((event) => event.kind === 'control' && /_changed$/.test(event.action))

  it('refuses what there is not, and names what there is', async () => {
    const open = (more: object) =>
      test.request<Problem>('POST', '/api/sessions', { reason: 'Nothing answers any more', ...more })
    const { id } = await test.openSession('multi', { provider: 'second' })
    const refuse = (body: object) => test.request<Problem>('PATCH', `/api/sessions/${id}`, body)
    for (const ask of [open, refuse]) {
      const driver = await ask({ driver: 'telepathy' })
      expect(driver).toMatchObject({ status: 400, data: { code: 'invalid_input' } })
      for (const name of BUILT_DRIVERS) expect(driver.data.detail).toContain(name)
      const provider = await ask({ provider: 'nobody' })
      expect(provider).toMatchObject({ status: 400, data: { fields: { provider: expect.any(String) } } })
      expect(provider.data.detail).toContain('use one of first, second, third')
      expect(await ask({ colour: 'red' })).toMatchObject({
        status: 400,
        data: { fields: { colour: expect.any(String) } },
      })
    }
    expect(await refuse({})).toMatchObject({ status: 400 })
    expect(await controlsOf(id)).toEqual([])
  })

  it(`goes on with one conversation over ${ORDER.join(', ')}`, async () => {
    const { id } = await test.openSession('multi', { provider: 'second', driver: ORDER[0] })
    const prompts = ORDER.map((_, index) => `prompt ${index}`)
    for (const [index, driver] of ORDER.entries()) {
      const changed = await change(id, { driver, reason: 'To see whether it goes on' })
      expect(changed).toMatchObject({ status: 200, data: { driver, effective: 'now' } })
      expect(await ask(id, prompts[index] ?? '')).toMatchObject({ kind: 'result', outcome: 'success' })
    }
    // What was kept ready under the drivers before has gone.
    await until(() => livingRows(test, id).every(({ driver }) => driver === 'print'))
    const asked = second.requests.findLast(({ path }) => path.startsWith('/v1/messages?'))
    const history = JSON.stringify(asked?.body)
    for (const prompt of prompts) expect(history).toContain(prompt)
    expect(history).toContain('First I see where I am.')
    const events = await test.events(id)
    expect(events.flatMap((event) => (event.kind === 'session' ? [event.session_id] : []))).toEqual(
      ORDER.map(() => id),
    )
    const changes = ORDER.slice(1).map((to, index) => ({
      ...{ action: 'driver_changed', operator: 'ana', reason: 'To see whether it goes on' },
      ...{ from: ORDER[index], to, effective: 'now' },
    }))
    expect(await controlsOf(id)).toMatchObject(changes)
  })

  it('asks another provider from the next turn on, with the model of that one', async () => {
    const { id } = await test.openSession('multi', { provider: 'second' })
    await ask(id, 'one')
    const asked = first.requests.length
    expect((await change(id, { provider: 'first' })).data).toMatchObject({ provider: 'first', model: null })
    expect(await ask(id, 'two')).toMatchObject({ outcome: 'success' })
    expect(first.requests.length).toBeGreaterThan(asked)
    expect(JSON.stringify(first.requests.at(-1)?.body)).toContain('First I see where I am.')
    expect((await change(id, { provider: 'third', model: 'drill-plain-text' })).data).toMatchObject({
      ...{ provider: 'third', model: 'drill-plain-text' },
    })
    expect(await controlsOf(id)).toMatchObject([
      { action: 'provider_changed', from: 'second', to: 'first' },
      { action: 'model_changed', from: 'drill-multi', to: null },
      { action: 'provider_changed', from: 'first', to: 'third' },
      { action: 'model_changed', from: null, to: 'drill-plain-text' },
    ])
  })

  it('lets a turn that runs end as it began, and says so', async () => {
    const { id } = await test.openSession('slow-text', { provider: 'second' })
    const { turn_id } = await test.prompt(id, 'Take your time')
    await test.waitFor(id, (event) => event.kind === 'session')
    const changed = await change(id, { provider: 'first' })
    expect(changed).toMatchObject({ status: 200, data: { provider: 'first', effective: 'next_turn' } })
    expect(await endOf(test, id, turn_id)).toMatchObject({ outcome: 'success' })
    const asked = first.requests.length
    expect(await ask(id, 'Now you')).toMatchObject({ kind: 'result' })
    expect(first.requests.length).toBeGreaterThan(asked)
  })

  it('keeps a drill with the scripted model, and a closed session as it is', async () => {
    const drill = await test.request<SessionView>('POST', '/api/sessions', {
      ...{ reason: 'A rehearsal of the change', kind: 'drill' },
    })
    const { id } = drill.data
    expect(await change(id, { provider: 'first' })).toMatchObject({
      status: 409,
      data: { code: 'drill_model' },
    })
    expect(await change(id, { driver: 'tui' })).toMatchObject({ status: 200, data: { driver: 'tui' } })
    await test.request('POST', `/api/sessions/${id}/close`, { outcome: 'abandoned' })
    expect(await change(id, { driver: 'print' })).toMatchObject({
      status: 409,
      data: { code: 'session_closed' },
    })
  })
})
