import { readdirSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { isTerminal } from '../lib/events.ts'
import { readScreen } from '../server/claude/tui-screen.ts'
import { asText } from '../server/prompt-text.ts'
import { comparable, type DriverTrial, runningWith, startDriverTrial } from './support/driver-trial.ts'

const trials: DriverTrial[] = []
afterEach(async () => {
  for (const trial of trials.splice(0)) await trial.close()
})

async function start(scenario: string, options = {}): Promise<DriverTrial> {
  const trial = await startDriverTrial(scenario, options)
  trials.push(trial)
  return trial
}

describe('the tui driver', () => {
  it.each([
    'plain-text',
    'several-tools',
    'failing-tool',
    'parallel-tools',
    'subagent',
    'thinking',
    'big-output',
    'edit-file',
  ])('gives the same events as print when %s is played', async (scenario) => {
    const [one, other] = [await start(scenario), await start(scenario)]
    const print = await one.turn('print', 'Go ahead')
    const tui = await other.turn('tui', 'Go ahead')
    expect(comparable(tui.events, other.workspace)).toEqual(comparable(print.events, one.workspace))
    expect(tui.questions.map((question) => question.tool_name)).toEqual(
      print.questions.map((question) => question.tool_name),
    )
    expect(tui.events[0]).toMatchObject({ kind: 'session', resumed: false, claude_version: '2.1.197' })
    expect(tui.events.filter(isTerminal)).toHaveLength(1)
    if (scenario === 'plain-text') expect(tui.passing.length).toBeGreaterThan(0)
  })

  it('keeps the TUI hot and shares the conversation with print', async () => {
    const trial = await start('multi')
    const first = await trial.turn('print', 'one')
    const second = await trial.turn('tui', 'two')
    const third = await trial.turn('tui', 'three')
    const fourth = await trial.turn('print', 'four')
    const fifth = await trial.turn('tui', 'five')
    const sessions = [first, second, third, fourth, fifth].map((ran) =>
      ran.events.find((event) => event.kind === 'session'),
    )
    expect(sessions.map((event) => event?.session_id)).toEqual(Array(5).fill(trial.session))
    expect(sessions.map((event) => event?.resumed)).toEqual([false, true, true, true, true])
    expect(third.processId).toBe(second.processId)
    expect(fifth.processId).not.toBe(third.processId)
    const last = trial.model.requests.findLast((request) => request.method === 'POST')
    const said = JSON.stringify(last?.body)
    for (const prompt of ['one', 'two', 'three', 'four', 'five']) expect(said).toContain(`"${prompt}"`)
    expect(trial.terminals[0]?.exit).not.toBeNull()
  })

  it.each(['!touch made-by-shell', '/exit', '--version', 'two\nlines\u001b[201~ and more'])(
    'takes %j for text when it is sent as the console sends it',
    async (prompt) => {
      const trial = await start('plain-text')
      const { events } = await trial.turn('tui', asText(prompt))
      expect(events.at(-1)).toMatchObject({ kind: 'result', outcome: 'success' })
      const sent = trial.model.requests.findLast((request) => request.method === 'POST')
      const text = prompt.replace('\u001b', '').trim()
      expect(JSON.stringify(sent?.body)).toContain(JSON.stringify(text).slice(1, -1))
      expect(readdirSync(trial.workspace)).toEqual([])
      expect((await trial.turn('tui', 'again')).processId).not.toBe('')
    },
  )

  it('takes a prompt of 200 KB whole', async () => {
    const trial = await start('plain-text')
    const prompt = Array.from(
      { length: 4000 },
      (_, line) => `line ${line}: so much to say about ✓ this host`,
    ).join('\n')
    const { events } = await trial.turn('tui', prompt)
    expect(events.at(-1)).toMatchObject({ kind: 'result', outcome: 'success' })
    const sent = trial.model.requests.findLast((request) => request.method === 'POST')
    expect(JSON.stringify(sent?.body)).toContain(JSON.stringify(prompt).slice(1, -1))
  })

  it('leaves no process when a turn is stopped during a tool, and goes on afterwards', async () => {
    const trial = await start('long-command')
    const stop = new AbortController()
    const ran = await trial.turn('tui', 'Go ahead', {
      stop: stop.signal,
      onEvent(event) {
        const isCall = event.kind === 'tool' && event.phase === 'call'
        if (isCall) setTimeout(() => stop.abort({ outcome: 'interrupted', by: 'ana' }), 1_000)
      },
    })
    expect(ran.events.at(-1)).toMatchObject({ kind: 'result', outcome: 'interrupted' })
    expect(ran.events).toContainEqual(
      expect.objectContaining({ kind: 'tool', phase: 'output', is_error: true }),
    )
    expect(await runningWith(ran.processId)).toEqual([])
    const next = await trial.turn('tui', 'And now?')
    expect(next.events.at(-1)).toMatchObject({ kind: 'result', outcome: 'success' })
    expect(next.events[0]).toMatchObject({ kind: 'session', resumed: true, session_id: trial.session })
  })

  it('refuses a call when the gate does, and runs nothing of it', async () => {
    const trial = await start('edit-file')
    const ran = await trial.turn('tui', 'Go ahead', {
      decide: () => ({ behavior: 'deny', message: 'Not today' }),
    })
    const asked = new Set(ran.questions.map((question) => question.tool_use_id))
    const outputs = ran.events.filter(
      (event) => event.kind === 'tool' && event.phase === 'output' && asked.has(event.tool_use_id),
    )
    expect(outputs.length).toBeGreaterThan(0)
    for (const output of outputs) expect(output).toMatchObject({ is_error: true, output: 'Not today' })
    expect(readdirSync(trial.workspace)).toEqual([])
  })

  it('shows no dialog while the gate is asked, so that Enter at the keyboard runs nothing', async () => {
    const trial = await start('edit-file')
    const ran = await trial.turn('tui', 'Go ahead', {
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
    expect(readdirSync(trial.workspace)).toEqual([])
  })

  it('says what stands on the screen when a dialog is up, types nothing, and times out cleanly', async () => {
    const trial = await start('plain-text', { trusted: false })
    const { events, processId } = await trial.turn('tui', 'Go ahead', { timeLeftMs: 6_000 })
    const waiting = events.find((event) => event.kind === 'control' && event.action === 'waiting_for_answer')
    expect(waiting).toMatchObject({
      reason: expect.stringMatching(/theme|text style|Let's get started|trust/i),
    })
    expect(events.at(-1)).toMatchObject({ kind: 'result', outcome: 'timeout' })
    expect(trial.model.requests.filter((request) => request.method === 'POST')).toEqual([])
    expect(await runningWith(processId)).toEqual([])
  })

  it('ends the turn when the TUI crashes, and goes on with the same conversation', async () => {
    const trial = await start('long-command')
    const ran = await trial.turn('tui', 'Go ahead', {
      onEvent(event) {
        const pid = trial.terminals.at(-1)?.pty.identity?.pid
        if (event.kind === 'tool' && event.phase === 'call' && pid)
          setTimeout(() => process.kill(pid, 'SIGKILL'), 500)
      },
    })
    expect(ran.events.at(-1)).toMatchObject({ kind: 'result', outcome: 'error', is_error: true })
    const next = await trial.turn('tui', 'And now?')
    expect(next.events.at(-1)).toMatchObject({ kind: 'result', outcome: 'success' })
    expect(await runningWith(ran.processId)).toEqual([])
  })

  it('reads the transcript to its end when the console died during the turn', async () => {
    const trial = await start('several-tools')
    const detach = new AbortController()
    const before = await trial.turn('tui', 'Go ahead', {
      detach: detach.signal,
      onEvent: (event) => void (event.kind === 'tool' && event.name === 'Write' && detach.abort()),
    })
    expect(before.events.some(isTerminal)).toBe(false)
    await trial.terminals.at(-1)?.end({ graceMs: 0 })
    const row = trial.tables.processes.byId(before.processId)
    if (!row) throw new Error('The process is not in the register')
    const after = await trial.turn('tui', 'Go ahead', { adopted: { ...row, spool_offset: before.offset } })
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
    const retried = await busy.turn('tui', 'Go ahead')
    expect(retried.events.at(-1)).toMatchObject({ kind: 'result', outcome: 'success' })
    expect(retried.events).toContainEqual(
      expect.objectContaining({ kind: 'control', action: 'retrying', error_status: 529 }),
    )
    const refused = await start('api-error-401')
    const { events } = await refused.turn('tui', 'Go ahead')
    expect(events.at(-1)).toMatchObject({ kind: 'result', outcome: 'error', is_error: true })
  })

  it('gives what is typed by hand a turn of its own, lines for the shell among it', async () => {
    const trial = await start('multi')
    await trial.turn('tui', 'one')
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
    expect((await trial.turn('tui', 'two')).events.at(-1)).toMatchObject({
      kind: 'result',
      outcome: 'success',
    })
  })
})
