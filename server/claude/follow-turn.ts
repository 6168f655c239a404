// Follows a CLI process through one turn: its spool becomes batches of events, its questions get answers, its time runs out.
import { type BodyOf, type EventBody, isTerminal } from '../../lib/events.ts'
import type { Batch, Question, StopReason, TurnRequest } from '../drivers/driver.ts'
import { type Bell, createBell } from './bell.ts'
import { createKeptOutputs } from './kept-outputs.ts'
import { resultWithout } from './missing-result.ts'
import type { ClaudeProcess } from './process.ts'
import { openSpool } from './spool.ts'
import { createSpoolLines } from './spool-lines.ts'
import { createStderrReader } from './stderr.ts'
import { createTranslator, type Translation } from './translate.ts'

/** How long the CLI may take to end a turn by itself once it was interrupted. */
const INTERRUPT_GRACE_MS = 5_000
/** How often a turn that nothing happens in looks at its clocks. */
const CLOCK_MS = 1_000
/** At an adoption: without an `init` after this long the prompt has not reached the CLI. */
const PROMPT_GRACE_MS = 3_000

/**
 * Reads a process's spool until its turn has ended, and ends the process when it has to be made to.
 *
 * Contract: the same as {@link Driver.run}, but for the process, which is left as it is after a turn that ended by itself.
 *
 * @param from spool offset in bytes where the turn begins
 */
export async function* followTurn(
  claude: ClaudeProcess,
  request: TurnRequest,
  from: number,
): AsyncGenerator<Batch> {
  const { adopted } = request
  const bell = createBell()
  const translator = createTranslator({ resumed: request.earlierTurns > 0 })
  const outputs = createKeptOutputs(request.outputsDirectory, request.temporaryDirectory, bell.ring)
  const translations: Heard[] = []
  let offset = adopted?.process.spool_offset ?? from
  let opened = false

  const lines = createSpoolLines({
    startOffset: from,
    onLine(line, endOffset) {
      const translation = translator.translate(line, Date.now())
      if (translation.session) opened = true
      if (endOffset > offset) translations.push({ ...translation, endOffset }) // else an earlier console has recorded it
    },
  })
  translator.beginTurn()
  for (const call of adopted?.openCalls ?? []) translator.callStarted(call.toolUseId, call.atMs)

  const spool = openSpool(claude.spoolPath, from, bell.ring)
  const stderr = createStderrReader(claude.directory, adopted?.process.stderr_offset ?? 0, bell.ring)
  const ending = createEnding(claude, request, bell)
  const offsets = () => ({ processId: claude.id, spool: offset, stderr: stderr.offset })
  void claude.exited.then(bell.ring)
  if (adopted) for (const question of adopted.unanswered) void answer(claude, request, question)

  try {
    for (;;) {
      const hasExited = claude.exit !== null
      for (let chunk = spool.read(); chunk; chunk = spool.read()) {
        lines.feed(chunk)
        ending.sawLife()
        const heard = takeTurn(translations)
        offset = heard.at(-1)?.endOffset ?? offset
        const batch = toBatch(heard, outputs)
        const terminal = takeTerminal(batch.events)
        if (batch.events.length > 0 || batch.questions.length > 0) yield { ...batch, offsets: offsets() }
        for (const question of batch.questions) void answer(claude, request, question)
        for (const { request_id } of heard.flatMap((each) => unknownQuestion(each)))
          void refuse(claude, request_id)
        if (terminal)
          return yield { events: [...(await ending.finish()), terminal], questions: [], offsets: offsets() }
        await new Promise(setImmediate) // a flood of output leaves room for everybody else
      }
      const passing = [...outputs.progress(), ...stderr.read()]
      if (passing.length > 0) {
        ending.sawLife()
        yield { events: passing, questions: [], offsets: offsets() }
      }
      if (hasExited) {
        lines.end()
        const heard = takeTurn(translations)
        offset = heard.at(-1)?.endOffset ?? offset
        const rest = toBatch(heard, outputs)
        const terminal = takeTerminal(rest.events) ?? resultWithout(claude, ending.reason(), request)
        return yield {
          events: [...rest.events, ...(await ending.finish()), terminal],
          questions: [],
          offsets: offsets(),
        }
      }
      if (adopted && !adopted.promptSent && !opened && ending.aliveMs() > PROMPT_GRACE_MS) {
        adopted.promptSent = true
        await sendPrompt(claude, request).catch(() => undefined)
      }
      ending.check((outcome) => translator.expectInterrupt(outcome))
      await bell.wait(ending.msToNextStep())
    }
  } finally {
    ending.dispose()
    outputs.close()
    spool.close()
    stderr.close()
  }
}

/**
 * Sends the turn's prompt. Its uuid is the turn's id: the CLI drops a second message of the same uuid, so that
 * sending it again when it is not known whether it arrived can't run it twice (measured, 2.1.197).
 */
export async function sendPrompt(claude: ClaudeProcess, request: TurnRequest): Promise<void> {
  await claude.send({
    type: 'user',
    uuid: request.turnId,
    message: { role: 'user', content: request.prompt },
  })
  request.promptSent()
}

type Heard = Translation & { endOffset: number }

/** The translations up to the end of the turn; what follows belongs to the next. */
function takeTurn(translations: Heard[]): Heard[] {
  const end = translations.findIndex((translation) => translation.ended)
  return translations.splice(0, end === -1 ? translations.length : end + 1)
}

function toBatch(heard: Translation[], outputs: ReturnType<typeof createKeptOutputs>) {
  const events: EventBody[] = []
  const questions: Question[] = []
  for (const translation of heard) {
    if (translation.taskStarted)
      outputs.started(translation.taskStarted.task_id, translation.taskStarted.tool_use_id)
    for (const event of translation.events) {
      const isOutput = event.kind === 'tool' && event.phase === 'output'
      events.push(isOutput ? outputs.settle(event, persistedOf(translation, event)) : event)
    }
    if (translation.question?.subtype === 'can_use_tool') questions.push(translation.question)
  }
  return { events, questions }
}

function persistedOf({ persistedOutput }: Translation, event: BodyOf<'tool'>) {
  return persistedOutput?.tool_use_id === event.tool_use_id ? persistedOutput : undefined
}

/** The terminal event waits until the process has been seen to, so that nothing of the turn can follow it. */
function takeTerminal(events: EventBody[]): EventBody | null {
  const last = events.at(-1)
  return last && isTerminal(last) ? (events.pop() ?? null) : null
}

async function answer(claude: ClaudeProcess, request: TurnRequest, question: Question) {
  const decision = await request.ask(question)
  const response = decision.behavior === 'allow' ? { ...decision, updatedInput: question.input } : decision
  try {
    await claude.send({
      type: 'control_response',
      response: { subtype: 'success', request_id: question.request_id, response },
    })
    request.answered(question)
  } catch {
    // No answer, no tool. The process has gone or does not read: the turn's loop sees to that.
  }
}

function unknownQuestion({ question }: Translation) {
  return question?.subtype === 'other' ? [question] : []
}

async function refuse(claude: ClaudeProcess, requestId: string) {
  const response = { subtype: 'error', request_id: requestId, error: 'Not supported' }
  await claude.send({ type: 'control_response', response }).catch(() => undefined)
}

/** The clocks of a turn and the steps of stopping it: interrupt, then TERM and KILL for the tree. */
function createEnding(claude: ClaudeProcess, request: TurnRequest, bell: Bell) {
  const begun = performance.now()
  let lastLife = begun
  let reason: StopReason | null = null
  let interruptedAt: number | null = null
  let killing: ReturnType<ClaudeProcess['end']> | null = null
  request.stop.addEventListener('abort', bell.ring)

  function dueReason(now: number): StopReason | null {
    if (request.stop.aborted) return request.stop.reason as StopReason
    if (now - begun > request.timeLeftMs)
      return { outcome: 'timeout', by: 'console', reason: 'The turn reached its deadline' }
    if (now - lastLife > request.silenceLimitMs && !request.isWaiting()) {
      const seconds = Math.round(request.silenceLimitMs / 1000)
      return { outcome: 'timeout', by: 'console', reason: `The CLI gave no sign of life for ${seconds} s` }
    }
    return null
  }

  return {
    sawLife() {
      lastLife = performance.now()
    },
    aliveMs: () => performance.now() - begun,
    reason: () => reason,
    check(expectInterrupt: (outcome: StopReason['outcome']) => void) {
      const now = performance.now()
      reason ??= dueReason(now)
      if (reason && interruptedAt === null) {
        interruptedAt = now
        expectInterrupt(reason.outcome)
        const interrupt = {
          type: 'control_request',
          request_id: `stop-${request.turnId}`,
          request: { subtype: 'interrupt' },
        }
        void claude.send(interrupt).catch(() => undefined)
      }
      if (interruptedAt !== null && now - interruptedAt > INTERRUPT_GRACE_MS) killing ??= claude.end()
    },
    msToNextStep: () =>
      interruptedAt === null || killing
        ? CLOCK_MS
        : INTERRUPT_GRACE_MS - (performance.now() - interruptedAt) + 1,
    /** After a turn that was stopped: ends the process and all it started, and tells what survived. */
    async finish(): Promise<EventBody[]> {
      if (!reason) return []
      const survivors = await (killing ?? claude.end())
      const { by, reason: why } = reason
      return [
        { kind: 'control', action: 'stopped', operator: by, ...(why ? { reason: why } : {}), survivors },
      ]
    },
    dispose: () => request.stop.removeEventListener('abort', bell.ring),
  }
}
