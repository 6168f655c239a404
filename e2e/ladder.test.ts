// The provider ladder with the real CLI: a model that refuses, hangs, is overloaded or wants another key, and the next one.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Problem } from '../lib/api.ts'
import type { ProviderView } from '../lib/choice-api.ts'
import type { RecordedEvent } from '../lib/events.ts'
import { modelOf, type ScriptedModel, startScriptedModel } from '../server/drill/scripted-model.ts'
import { type BrokenModel, refusing, startAnswering, startHanging } from './support/broken-models.ts'
import { ROOT, startTestConsole, type TestConsole, until } from './support/console.ts'
import { endOf } from './support/trials.ts'

type Started = { turn_id: string; state: string }

describe('the provider ladder', () => {
  let scripted: ScriptedModel
  let broken: BrokenModel[]
  let providers: string
  beforeAll(async () => {
    scripted = await startScriptedModel({ scenarios: join(ROOT, 'e2e', 'scenarios') })
    const hanging = await startHanging()
    const overloaded = await startAnswering(529, 'overloaded_error', 'Overloaded')
    const keyed = await startAnswering(401, 'authentication_error', 'invalid x-api-key')
    broken = [hanging, overloaded, keyed]
    providers = `providers:
  - { name: refusing, base_url: "${await refusing()}", model: ${modelOf('echo')} }
  - { name: hanging, base_url: "${hanging.url}", model: ${modelOf('echo')} }
  - { name: acting, base_url: "${scripted.url}", model: ${modelOf('tool-then-overloaded')} }
  - { name: last, base_url: "${scripted.url}", model: ${modelOf('echo')} }
  - { name: overloaded, base_url: "${overloaded.url}", model: ${modelOf('echo')} }
  - { name: keyed, base_url: "${keyed.url}", model: ${modelOf('echo')} }
  - { name: keyless, key_env: NOT_SET_ANYWHERE }
environment: [CLAUDE_CODE_MAX_RETRIES]
`
  })
  afterAll(async () => {
    await scripted.close()
    for (const model of broken) await model.close()
  })

  const open = async (test: TestConsole, provider: string, more: object = {}) => {
    const body = { reason: `A test of ${provider}`, provider, ...more }
    return (await test.request<{ id: string }>('POST', '/api/sessions', body)).data.id
  }
  const isControl = (action: string) => (event: RecordedEvent) =>
    event.kind === 'control' && event.action === action
  const promptsOf = async (test: TestConsole, id: string) =>
    (await test.events(id)).flatMap((event) =>
      event.kind === 'prompt' ? [`${event.operator}: ${event.text}`] : [],
    )

  describe('when it offers', () => {
    let test: TestConsole
    const goOn = (id: string, turn_id: string, provider: string) =>
      test.request<Started & Problem>('POST', `/api/sessions/${id}/go-on`, { turn_id, provider })
    beforeAll(async () => {
      const config = `${providers}ladder: { patience_seconds: 3 }\n`
      test = await startTestConsole({
        warm: false,
        model: false,
        config,
        env: { CLAUDE_CODE_MAX_RETRIES: '1' },
      })
    })
    afterAll(() => test.close())
    const restart = async () => {
      await test.kill('SIGTERM')
      await test.start()
    }

    it.each([
      ['overloaded', 'stream', 'overloaded', 'is overloaded', 'keyed'],
      ['overloaded', 'tui', 'overloaded', 'is overloaded', 'keyed'],
      ['refusing', 'print', 'unreachable', 'does not answer', 'acting'],
      ['keyed', 'print', 'credentials', 'refuses the credentials', 'acting'],
    ] as const)(
      '%s under %s: names what failed, offers one that answers, and goes on there',
      async (from, driver, failure, why, to) => {
        const id = await open(test, from, { driver })
        const { turn_id } = await test.prompt(id, 'What is wrong here?')
        const failed = await endOf(test, id, turn_id)
        expect(failed).toMatchObject({
          kind: 'result',
          outcome: 'error',
          model_failure: failure,
          provider: from,
        })
        const offer = await test.waitFor(id, isControl('provider_offered'))
        expect(offer).toMatchObject({
          operator: 'console',
          from,
          failure,
          reason: `${from} ${why}`,
          of_turn: turn_id,
          to,
        })

        const gone = await goOn(id, turn_id, 'last')
        expect(gone).toMatchObject({ status: 202, data: { state: 'running' } })
        expect(await goOn(id, turn_id, 'last')).toMatchObject({
          status: 202,
          data: { turn_id: gone.data.turn_id },
        })
        const end = await endOf(test, id, gone.data.turn_id)
        expect(end).toMatchObject({ outcome: 'success', result: 'You said: What is wrong here?' })
        expect(await promptsOf(test, id)).toEqual(['ana: What is wrong here?', 'ana: What is wrong here?'])
        const changed = await test.waitFor(id, isControl('provider_changed'))
        expect(changed).toMatchObject({ from, to: 'last', operator: 'ana' })
        expect((await test.events(id)).findLast((event) => event.kind === 'session')).toMatchObject({
          provider: 'last',
        })
      },
    )

    it('offers while the CLI still waits, and stops the turn to go on', async () => {
      const id = await open(test, 'hanging')
      const { turn_id } = await test.prompt(id, 'Anybody there?')
      const offer = await test.waitFor(id, isControl('provider_offered'))
      expect(offer).toMatchObject({ turn_id, failure: 'silent', reason: 'hanging has sent nothing for 3 s' })
      expect((await test.session(id)).status).toBe('running')
      const gone = await goOn(id, turn_id, 'last')
      expect(gone.status).toBe(202)
      expect(await endOf(test, id, turn_id)).toMatchObject({ outcome: 'interrupted' })
      const end = await endOf(test, id, gone.data.turn_id)
      expect(end).toMatchObject({ outcome: 'success', result: 'You said: Anybody there?' })
    })

    it('refuses to go on where there is nothing to go on with', async () => {
      const id = await open(test, 'last')
      const { turn_id } = await test.prompt(id, 'one')
      await endOf(test, id, turn_id)
      expect(await goOn(id, turn_id, 'nobody')).toMatchObject({
        status: 400,
        data: { fields: { provider: expect.any(String) } },
      })
      expect(await goOn(id, turn_id, 'acting')).toMatchObject({
        status: 409,
        data: { code: 'turn_succeeded' },
      })
      const { turn_id: later } = await test.prompt(id, 'two')
      expect(await goOn(id, turn_id, 'acting')).toMatchObject({ status: 409, data: { code: 'turn_passed' } })
      await endOf(test, id, later)
      expect(await test.session(id)).toMatchObject({ provider: 'last', turns: [{}, {}] })
    })

    it('says of each provider how it stands', async () => {
      const { data } = await test.request<{ providers: ProviderView[] }>('GET', '/api/providers')
      const stateOf = Object.fromEntries(data.providers.map(({ name, state }) => [name, state]))
      expect(stateOf).toMatchObject({
        ...{ refusing: 'silent', hanging: 'silent', last: 'answers', keyless: 'no_credentials' },
      })
      expect(data.providers[0]?.detail).toContain('ECONNREFUSED')
      const status = await test.request<{ checks: unknown[] }>('GET', '/api/status')
      expect(status.data.checks).toContainEqual(expect.objectContaining({ name: 'Model 1', state: 'error' }))
      expect(status.data.checks).toContainEqual(
        expect.objectContaining({ name: 'Model 4', state: 'ok', detail: 'last answers' }),
      )
    })

    it('offers after its next start what it did not come to offer before', async () => {
      const file = join(test.data, '..', 'config.yaml')
      const config = readFileSync(file, 'utf8')
      // Without a ladder the turn fails and nothing follows, as when the console ends right behind it.
      writeFileSync(file, config.replace('patience_seconds: 3', 'patience_seconds: 3\n  on_failure: off'))
      await restart()
      const id = await open(test, 'refusing')
      const { turn_id } = await test.prompt(id, 'Go')
      await endOf(test, id, turn_id)
      writeFileSync(file, config)
      await restart()
      const offered = { of_turn: turn_id, from: 'refusing', failure: 'unreachable' }
      expect(await test.waitFor(id, isControl('provider_offered'))).toMatchObject(offered)
      await restart()
      await test.request('GET', '/api/status') // asks every provider, as an offer would
      expect((await test.events(id)).filter(isControl('provider_offered'))).toHaveLength(1)
    })
  })

  describe('when it takes', () => {
    let test: TestConsole
    beforeAll(async () => {
      const config = `${providers}ladder: { on_failure: take, patience_seconds: 3 }\n`
      test = await startTestConsole({ warm: false, model: false, config })
    })
    afterAll(() => test.close())

    const takenFrom = async (id: string, from: string) => {
      expect(await test.waitFor(id, isControl('provider_changed'))).toMatchObject({
        from,
        operator: 'console',
      })
      await until(async () => {
        const { turns, current_turn } = await test.session(id)
        return turns.length === 2 && current_turn === null
      })
    }

    it.each([
      ['refusing', 'print'],
      ['hanging', 'stream'],
    ] as const)(
      '%s under %s: goes down to one that answers and runs the prompt once more',
      async (from, driver) => {
        const id = await open(test, from, { driver })
        await test.request('PATCH', `/api/sessions/${id}`, { model: modelOf('echo') })
        await test.prompt(id, 'Go on by yourself')
        await takenFrom(id, from)
        expect(await promptsOf(test, id)).toEqual(['ana: Go on by yourself', 'console: Go on by yourself'])
        expect((await test.events(id)).filter((event) => event.kind === 'result')).toMatchObject([
          { outcome: 'interrupted' },
          {},
        ])
      },
    )

    it('does not give a prompt again whose tools have run', async () => {
      const id = await open(test, 'acting')
      await test.prompt(id, 'Leave an effect')
      await takenFrom(id, 'acting')
      const [first, second, ...more] = await promptsOf(test, id)
      expect(first).toBe('ana: Leave an effect')
      expect(second).toMatch(/^console: \[Note of the console: .* do not run it again/)
      expect(more).toEqual([])
      const { workspace } = await test.session(id)
      expect(readFileSync(join(workspace, 'effects.txt'), 'utf8')).toBe('once\n')
      const asked = scripted.requests.findLast(({ path }) => path.startsWith('/v1/messages?'))
      expect(JSON.stringify(asked?.body)).toContain('Leave an effect')
    })

    it('says so when no other one answers, and ends there', async () => {
      const id = await open(test, 'keyed')
      await test.prompt(id, 'Anything left?')
      const none = await test.waitFor(id, isControl('no_provider_left'), 60_000)
      expect(none).toMatchObject({ from: 'keyed', operator: 'console' })
      expect(await test.session(id)).toMatchObject({ provider: 'keyed', turns: [{}] })
    })
  })
})
