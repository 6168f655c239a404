// The daemon's TUI: one conversation after another through one wire tee, with the gate's policy for an answer.
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { Launch } from '../claude/launch.ts'
import { type Fields, fieldsOf, listOf, stringOf } from '../claude/messages.ts'
import { transcriptState } from '../claude/transcript.ts'
import { startTui, type TuiProcess } from '../claude/tui-process.ts'
import { fromTerminal, TUI_SIZE } from '../claude/tui-terminal.ts'
import type { WireTee } from '../claude/wire-tee.ts'
import type { Question } from '../drivers/driver.ts'
import { kindOf } from '../gate/approval-view.ts'
import type { Judgement } from '../gate/policy/judgement.ts'
import { startTerminal } from '../terminal/terminal.ts'

export type Answer = { ok: true; result: string } | { ok: false; problem: string }

export type DaemonTui = {
  /** @returns null, or why it is not ready in time */
  ready(timeoutMs: number): Promise<string | null>
  /** Contract: never rejects. */
  send(prompt: string): Promise<Answer>
  /** Ends it and all that it started. @param graceMs in which it may go by itself */
  end(graceMs?: number): Promise<void>
}

/** A turn that takes longer is interrupted. */
const TURN_MS = 60 * 60_000
/** After an interrupt the TUI is ended if it does not end the turn by itself. */
const INTERRUPT_GRACE_MS = 5_000
const END_GRACE_MS = 2_000

/**
 * Starts a TUI. Where nobody is there to be asked, what the policy would ask is denied.
 *
 * @param launch of the conversation; it is resumed where there is a transcript
 * @param directory for the files of its processes
 * @param onText told the text of the answer as it comes
 * @throws Error when the TUI can't be started
 */
export async function startDaemonTui(options: {
  launch: Launch
  directory: string
  tee: WireTee
  policy: (question: Question) => Judgement
  onText: (text: string) => void
}): Promise<DaemonTui> {
  const { policy, onText, tee } = options
  const { configDirectory, workspace, cliSessionId } = options.launch
  const resume = (await transcriptState(configDirectory, workspace, cliSessionId)) === 'resumable'
  const id = randomUUID()
  let settle: ((answer: Answer) => void) | null = null
  const tui: TuiProcess = await startTui({
    ...{ launch: { ...options.launch, resume }, id, tee, endsOnWire: true },
    directory: join(options.directory, id),
    startTerminal: async (terminalId, launch) =>
      fromTerminal(await startTerminal(terminalId, launch, TUI_SIZE, null)),
    onLine: take,
  })
  void tui.exited.then(() =>
    finish({ ok: false, problem: `The CLI has ended: ${tui.stderrTail() || 'it said nothing'}` }),
  )

  function finish(answer: Answer) {
    settle?.(answer)
    settle = null
  }

  function take(line: Fields) {
    switch (stringOf(line, 'type')) {
      case 'stream_event':
        return takeText(fieldsOf(line, 'event') ?? {})
      case 'control_request':
        return void decide(line).catch(() => undefined) // no answer, no tool
      case 'system':
        if (stringOf(line, 'action') === 'waiting_for_answer')
          finish({ ok: false, problem: `The TUI waits for an answer: ${stringOf(line, 'reason') ?? ''}` })
        return
      case 'result':
        return finish(answerOf(line))
      default:
    }
  }

  function takeText(event: Fields) {
    const text = stringOf(fieldsOf(event, 'delta') ?? {}, 'text')
    if (settle && text !== undefined) onText(text)
  }

  async function decide(line: Fields) {
    const request_id = stringOf(line, 'request_id') ?? ''
    const question = { ...fieldsOf(line, 'request'), request_id } as Question
    const { verdict, reason } = policy(question)
    // What the agent asks an operator nobody answers here, however free the policy leaves it.
    const isAllowed = verdict === 'allow' && kindOf(question.tool_name) === 'tool'
    const message =
      verdict === 'never'
        ? reason
        : `An operator would have to decide (${reason}), and there is none: let a rule of --policy allow it`
    const response = isAllowed ? { behavior: 'allow' } : { behavior: 'deny', message }
    await tui.send({ type: 'control_response', response: { subtype: 'success', request_id, response } })
  }

  return {
    async ready(timeoutMs) {
      if (await tui.ready(timeoutMs)) return null
      if (tui.exit) return `The CLI has ended: ${tui.stderrTail() || 'it said nothing'}`
      return `The TUI is not ready after ${timeoutMs / 1000} s: ${tui.words() || 'its screen is empty'}`
    },
    async send(prompt) {
      if (tui.exit) return { ok: false, problem: 'The CLI has ended: send {"cmd":"restart"}' }
      const answered = new Promise<Answer>((resolve) => {
        settle = resolve
      })
      const deadline = setTimeout(() => {
        void tui.send({ type: 'control_request', request: { subtype: 'interrupt' } }).catch(() => undefined)
        setTimeout(() => void tui.end({ graceMs: END_GRACE_MS }), INTERRUPT_GRACE_MS).unref()
      }, TURN_MS)
      void tui.send({ type: 'user', message: { role: 'user', content: prompt } }).catch(() => undefined)
      const answer = await answered
      clearTimeout(deadline)
      return answer
    },
    async end(graceMs = END_GRACE_MS) {
      await tui.end({ graceMs })
    },
  }
}

function answerOf(line: Fields): Answer {
  const result = stringOf(line, 'result') ?? ''
  if (line.is_error !== true) return { ok: true, result }
  const errors = listOf(line, 'errors').filter((error) => typeof error === 'string')
  return { ok: false, problem: result || errors.join('\n') || 'The turn was interrupted' }
}
