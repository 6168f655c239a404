import { readdirSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { isTerminal } from '../lib/event-checks.ts'
import { readScreen } from '../server/claude/tui-screen.ts'
import { asText } from '../server/prompt-text.ts'
import { type DriverTrial, runningWith, startDriverTrial } from './support/driver-trial.ts'

const trials: DriverTrial[] = []
afterEach(async () => {
  for (const trial of trials.splice(0)) await trial.close()
})

async function start(scenario: string, options = {}): Promise<DriverTrial> {
  const trial = await startDriverTrial(scenario, options)
  trials.push(trial)
  return trial
}

/** But for the folder that the CLI makes for plans. */
const filesIn = (directory: string) => readdirSync(directory).filter((name) => name !== 'plans')

describe('the tui driver', () => {
  it('keeps the TUI hot, and shows the text while it comes', async () => {
    const trial = await start('plain-text')
    const first = await trial.turn('one')
    const second = await trial.turn('two')
    expect(second.processId).toBe(first.processId)
    expect(first.passing.length).toBeGreaterThan(0)
    expect(first.events[0]).toMatchObject({ kind: 'session', resumed: false, claude_version: '2.1.197' })
  })

  it.each([
    '!touch made-by-shell',
    '/exit',
    '--version',
    'in C:\\logs\\',
    'two\nlines\u001b[201~, see @README.md',
  ])('takes %j for text when it is sent as the console sends it', async (prompt) => {
    const trial = await start('plain-text')
    const { events } = await trial.turn(asText(prompt))
    expect(events.at(-1)).toMatchObject({ kind: 'result', outcome: 'success' })
    const sent = trial.model.requests.findLast((request) => request.method === 'POST')
    const text = asText(prompt).replace('\u001b', '').trim()
    expect(JSON.stringify(sent?.body)).toContain(JSON.stringify(text).slice(1, -1))
    expect(filesIn(trial.workspace)).toEqual([])
    expect((await trial.turn('again')).processId).not.toBe('')
  })

  it('takes a prompt of 200 KB whole', async () => {
    const trial = await start('plain-text')
    const prompt = Array.from(
      { length: 4000 },
      (_, line) => `line ${line}: so much to say about ✓ this host`,
    ).join('\n')
    const { events } = await trial.turn(prompt)
    expect(events.at(-1)).toMatchObject({ kind: 'result', outcome: 'success' })
    const sent = trial.model.requests.findLast((request) => request.method === 'POST')
    expect(JSON.stringify(sent?.body)).toContain(JSON.stringify(prompt).slice(1, -1))
  })

  it('refuses a call when the gate does, and runs nothing of it', async () => {
    const trial = await start('edit-file')
    const ran = await trial.turn('Go ahead', {
      decide: () => ({ behavior: 'deny', message: 'Not today' }),
    })
    const asked = new Set(ran.questions.map((question) => question.tool_use_id))
    const outputs = ran.events.filter(
      (event) => event.kind === 'tool' && event.phase === 'output' && asked.has(event.tool_use_id),
    )
    expect(outputs.length).toBeGreaterThan(0)
    for (const output of outputs) expect(output).toMatchObject({ is_error: true, output: 'Not today' })
    expect(filesIn(trial.workspace)).toEqual([])
  })

  it('shows no dialog while the gate is asked, so that Enter at the keyboard runs nothing', async () => {
    const trial = await start('edit-file')
    const ran = await trial.turn('Go ahead', {
      async decide() {
        await sleep(1_000)
        const screen = trial.terminals.at(-1)?.screen.lines() ?? []
        expect(readScreen(screen).state).toBe('busy')
        for (const key of ['\r', '1', '\r', 'y']) {
          trial.terminals.at(-1)?.write(key)
          await sleep(100)
        }
        return { behavior: 'deny', message: 'Not today' }
      },
    })
    expect(ran.questions.length).toBeGreaterThan(0)
    expect(filesIn(trial.workspace)).toEqual([])
  })

  it('says what stands on the screen when a dialog is up, types nothing, and times out cleanly', async () => {
    const trial = await start('plain-text', { trusted: false })
    const { events, processId } = await trial.turn('Go ahead', { timeLeftMs: 10_000 })
    const waiting = events.find((event) => event.kind === 'control' && event.action === 'waiting_for_answer')
    expect(waiting).toMatchObject({
      reason: expect.stringMatching(/theme|text style|Let's get started|trust/i),
    })
    expect(events.at(-1)).toMatchObject({ kind: 'result', outcome: 'timeout' })
    expect(trial.model.requests.filter((request) => request.method === 'POST')).toEqual([])
    expect(await runningWith(processId)).toEqual([])
  })

  it('reads the transcript to its end when the console died during the turn', async () => {
    const trial = await start('several-tools')
    const detach = new AbortController()
    const before = await trial.turn('Go ahead', {
      detach: detach.signal,
      onEvent: (event) => void (event.kind === 'tool' && event.name === 'Write' && detach.abort()),
    })
    expect(before.events.some(isTerminal)).toBe(false)
    await trial.terminals.at(-1)?.end({ graceMs: 0 })
    const row = trial.tables.processes.byId(before.processId)
    if (!row) throw new Error('The process is not in the register')
    const after = await trial.turn('Go ahead', { adopted: { ...row, spool_offset: before.offset } })
    expect(after.events.at(-1)).toMatchObject({ kind: 'result', outcome: 'interrupted' })
    const calls = [...before.events, ...after.events].flatMap((event) =>
      event.kind === 'tool' && event.phase === 'call' ? [event.name] : [],
    )
    expect(calls.slice(0, 2)).toEqual(['Bash', 'Write'])
    expect(new Set(calls).size).toBeGreaterThan(1)
    expect(trial.tables.processes.byId(before.processId)?.ended_at).not.toBeNull()
  })

  it('tells retries and ends with the API error when the provider refuses', async () => {
    const busy = await start('overloaded-529-then-ok')
    const retried = await busy.turn('Go ahead')
    expect(retried.events.at(-1)).toMatchObject({ kind: 'result', outcome: 'success' })
    expect(retried.events).toContainEqual(
      expect.objectContaining({ kind: 'control', action: 'retrying', error_status: 529 }),
    )
    const refused = await start('api-error-401')
    const { events } = await refused.turn('Go ahead')
    expect(events.at(-1)).toMatchObject({ kind: 'result', outcome: 'error', is_error: true })
  })

  it('gives what is typed by hand a turn of its own, lines for the shell among it', async () => {
    const trial = await start('multi')
    await trial.turn('one')
    const type = async (text: string) => {
      for (const key of text) {
        trial.terminals.at(-1)?.write(key)
        await sleep(60)
      }
      await sleep(300)
      trial.terminals.at(-1)?.write('\r')
    }
    await type('by hand')
    await expect.poll(() => trial.typed.length, { timeout: 10_000 }).toBe(1)
    const [typed] = trial.typed
    if (!typed) throw new Error('Nothing was typed')
    const ran = await trial.follow(typed)
    expect(ran.events).toContainEqual(
      expect.objectContaining({ kind: 'control', action: 'typed_turn', reason: 'by hand', shell: false }),
    )
    expect(ran.events.at(-1)).toMatchObject({ kind: 'result', outcome: 'success' })

    await type('!echo past the gate')
    await expect.poll(() => trial.typed.length, { timeout: 10_000 }).toBe(2)
    const [, shell] = trial.typed
    if (!shell) throw new Error('Nothing was typed')
    const shelled = await trial.follow(shell)
    expect(shelled.questions).toEqual([])
    expect(shelled.events).toContainEqual(
      expect.objectContaining({ action: 'typed_turn', reason: 'echo past the gate', shell: true }),
    )
    expect(shelled.events).toContainEqual(
      expect.objectContaining({ kind: 'tool', phase: 'output', output: 'past the gate' }),
    )
    expect((await trial.turn('two')).events.at(-1)).toMatchObject({
      kind: 'result',
      outcome: 'success',
    })
  })
})
