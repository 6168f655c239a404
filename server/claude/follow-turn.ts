// Follows a CLI process through one turn: its spool becomes batches of events, its questions get answers, its time runs out.
import { isTerminal } from '../../lib/event-checks.ts'
import type { BodyOf, EventBody } from '../../lib/events.ts'
import type { AdoptedTurn, Batch, Decision, Question, TurnRequest } from '../drivers/driver.ts'
import { createBell } from './bell.ts'
import { createKeptOutputs, type KeptOutputs } from './kept-outputs.ts'
import { resultWithout } from './missing-result.ts'
import type { ClaudeProcess } from './process.ts'
import type { Survivor } from './process-tree.ts'
import { openSpool } from './spool.ts'
import { createSpoolLines } from './spool-lines.ts'
import { createStderrReader } from './stderr.ts'
import { createTranslator, type Translation } from './translate.ts'
import { createTurnEnding, type TurnEnding } from './turn-ending.ts'

/** A turn that nothing rings the bell for looks up now and then all the same. */
const IDLE_MS = 1_000
/** The tool whose output can be seen while it runs. */
const COMMAND_TOOL = 'Bash'

export type FollowOptions = {
  /** Spool offset in bytes where the turn begins. */
  from?: number
  /** What the process had cost before the turn, in USD. */
  costBaseUsd?: number
  /** For a process that stays when it obeys a stop: ends what the turn has left running beside it. */
  endLeftovers?: () => Promise<Survivor[]>
  /** The turn's `session` is in the record already: it is not told again. */
  opened?: boolean
  /** Sees each batch before it is given. */
  saw?: (batch: Batch) => Promise<void>
  /** A CLI that dies by itself does not end the turn: the caller goes on with another, or gives the terminal event. */
  mayGoOn?: boolean
}

/** How a turn has left its process. With `died` the turn has no terminal event yet: `result` says what it would be. */
export type Followed =
  | { state: 'ended' | 'killed' | 'detached' }
  | { state: 'died'; result: BodyOf<'result'>; unanswered: string[] }

/**
 * Reads a process's spool until its turn has ended, and ends the process when it has to be made to.
 *
 * Contract: the same as {@link Driver.run}, but for the process, which is left as it is after a turn that ended by itself.
 */
export async function* followTurn(
  claude: ClaudeProcess,
  request: TurnRequest,
  options: FollowOptions = {},
): AsyncGenerator<Batch, Followed> {
  const { adopted, detach } = request
  const { from = 0, costBaseUsd = 0, opened = false, mayGoOn = false } = options
  const bell = createBell()
  const translator = createTranslator({ resumed: request.earlierTurns > 0, costBaseUsd, opened })
  const outputs = createKeptOutputs(request.outputsDirectory, request.temporaryDirectory, bell.ring)
  const translations: Heard[] = []
  const recorded = adopted?.process.spool_offset ?? from
  let offset = recorded
  const lines = createSpoolLines({
    startOffset: from,
    onLine(line, endOffset) {
      const translation = translator.translate(line, Date.now())
      if (endOffset > recorded) translations.push({ ...translation, endOffset })
      else if (translation.taskStarted) takeUp(translation.taskStarted) // the rest is in the record of an earlier console
    },
  })
  translator.beginTurn()
  for (const call of adopted?.openCalls ?? []) translator.callStarted(call.toolUseId, call.atMs)

  const spool = openSpool(claude.spoolPath, from, bell.ring)
  const stderr = createStderrReader(claude.directory, adopted?.process.stderr_offset ?? 0, bell.ring)
  const ending = createTurnEnding(claude, request, translator.expectInterrupt, options.endLeftovers)
  const offsets = () => ({ processId: claude.id, spool: offset, stderr: stderr.offset })
  void claude.exited.then(bell.ring)
  detach.addEventListener('abort', bell.ring)
  if (adopted) outputs.resume(runningCommands(adopted))
  const unanswered = new Set<string>()
  for (const question of adopted?.unanswered ?? []) void put(question)

  try {
    while (!detach.aborted) {
      const hasExited = claude.exit !== null
      const chunk = spool.read()
      if (chunk) lines.feed(chunk)
      else if (hasExited) lines.end()
      const heard = takeTurn(translations)
      const { events, questions, withdrawn } = toBatch(heard, outputs)
      // After what the CLI says: a command that has ended is not followed any more.
      const passing = [...stderr.read(hasExited), ...outputs.progress()]
      if (chunk || passing.length > 0) ending.sawLife()

      const told = takeTerminal(events)
      const hasDied = told === null && hasExited && !chunk
      const terminal = hasDied ? resultWithout(claude, ending.reason(), request) : told
      // It has ended by itself, and nothing has to be seen to: told and recorded in one piece.
      const plainEnd = told && !ending.reason() && questions.length === 0 ? [told] : []
      const isHeldBack = terminal !== null && plainEnd.length === 0 && heard.at(-1)?.ended
      offset = heard.at(isHeldBack ? -2 : -1)?.endOffset ?? offset
      const shown = [...events, ...passing, ...plainEnd]
      if (shown.length + questions.length + withdrawn.length > 0)
        yield await seen({ events: shown, questions, withdrawn, offsets: offsets() })
      for (const question of questions) void put(question)
      for (const { request_id } of heard.flatMap(unknownQuestion)) void refuse(claude, request_id)
      if (plainEnd.length > 0) return { state: 'ended' }
      if (terminal?.kind === 'result' && hasDied && mayGoOn && !ending.reason())
        return { state: 'died', result: terminal, unanswered: [...unanswered] }
      if (terminal) {
        // A turn that ended by itself leaves an interrupt behind that the CLI has yet to read.
        const stopped = await ending.finish(
          told?.kind === 'result' && told.outcome === ending.reason()?.outcome,
        )
        // Only now: a console that dies before finds the end of the turn again.
        offset = heard.at(-1)?.endOffset ?? offset
        yield await seen({
          events: [...stopped, terminal],
          questions: [],
          withdrawn: [],
          offsets: offsets(),
        })
        return { state: ending.hasKilled() ? 'killed' : 'ended' }
      }
      if (chunk)
        await new Promise(setImmediate) // a flood of output leaves room for everybody else
      else await bell.wait(IDLE_MS)
    }
    return { state: 'detached' }
  } finally {
    detach.removeEventListener('abort', bell.ring)
    ending.dispose()
    outputs.close()
    spool.close()
    stderr.close()
  }

  async function seen(batch: Batch): Promise<Batch> {
    await options.saw?.(batch)
    return batch
  }

  async function put(question: Question) {
    unanswered.add(question.request_id)
    await answer(claude, request, ending, outputs, question)
    unanswered.delete(question.request_id)
  }

  /** A command that an earlier console saw start, and that runs still. */
  function takeUp({ task_id, tool_use_id }: NonNullable<Translation['taskStarted']>) {
    if (adopted?.openCalls.some((call) => call.toolUseId === tool_use_id))
      outputs.started(task_id, tool_use_id)
  }
}

/**
 * Sends the turn's prompt. Its uuid is the turn's id: the CLI drops a second message of the same uuid (measured, 2.1.197).
 * It must go out whole: half a line and another after it end the CLI with "Error parsing streaming input line" (measured).
 */
export async function sendPrompt(claude: ClaudeProcess, request: TurnRequest): Promise<void> {
  await claude.send(promptMessage(request))
  request.promptSent()
}

/** A prompt as the CLI takes it. */
export function promptMessage({ turnId, prompt }: Pick<TurnRequest, 'turnId' | 'prompt'>): object {
  return { type: 'user', uuid: turnId, message: { role: 'user', content: prompt } }
}

type Heard = Translation & { endOffset: number }

/** The translations up to the end of the turn; what follows belongs to the next. */
function takeTurn(translations: Heard[]): Heard[] {
  const end = translations.findIndex((translation) => translation.ended)
  return translations.splice(0, end === -1 ? translations.length : end + 1)
}

function toBatch(heard: Translation[], outputs: KeptOutputs) {
  const events: EventBody[] = []
  const questions: Question[] = []
  const withdrawn: string[] = []
  for (const translation of heard) {
    const { taskStarted, question, cancelled } = translation
    if (taskStarted) outputs.started(taskStarted.task_id, taskStarted.tool_use_id)
    for (const event of translation.events) {
      const isOutput = event.kind === 'tool' && event.phase === 'output'
      events.push(isOutput ? outputs.settle(event, persistedOf(translation, event)) : event)
    }
    if (question?.subtype === 'can_use_tool') questions.push(question)
    if (cancelled) withdrawn.push(cancelled.request_id)
  }
  return { events, questions, withdrawn }
}

function persistedOf({ persistedOutput }: Translation, event: BodyOf<'tool'>) {
  return persistedOutput?.tool_use_id === event.tool_use_id ? persistedOutput : undefined
}

/** The terminal event waits until the process has been seen to, so that nothing of the turn can follow it. */
function takeTerminal(events: EventBody[]): EventBody | null {
  const last = events.at(-1)
  return last && isTerminal(last) ? (events.pop() ?? null) : null
}

/** Commands without an output that do not wait for an answer. */
function runningCommands({ openCalls, unanswered }: AdoptedTurn): string[] {
  const waiting = new Set(unanswered.map((question) => question.tool_use_id))
  const commands = openCalls.filter(({ name }) => name === COMMAND_TOOL)
  return commands.map((call) => call.toolUseId).filter((id) => !waiting.has(id))
}

async function answer(
  claude: ClaudeProcess,
  request: TurnRequest,
  ending: TurnEnding,
  outputs: KeptOutputs,
  question: Question,
) {
  const decision = await request.ask(question)
  ending.sawLife()
  // Too late: the turn is being stopped, and the CLI has been told so.
  if (request.stop.aborted || ending.reason()) return
  if (decision.behavior === 'allow' && question.tool_name === COMMAND_TOOL)
    outputs.allowed(question.tool_use_id)
  try {
    await claude.send({
      type: 'control_response',
      response: {
        subtype: 'success',
        request_id: question.request_id,
        response: responseTo(question, decision),
      },
    })
    request.answered(question)
  } catch {
    // No answer, no tool. The process has gone or does not read: the turn's loop sees to that.
  }
}

/** What an operator has answered to the agent's questions goes back within the call's own input (measured, 2.1.197). */
function responseTo({ input }: Question, decision: Decision) {
  if (decision.behavior === 'deny') return decision
  const { answers } = decision
  return { behavior: 'allow', updatedInput: answers ? { ...input, answers } : input }
}

function unknownQuestion({ question }: Translation) {
  return question?.subtype === 'other' ? [question] : []
}

async function refuse(claude: ClaudeProcess, requestId: string) {
  const response = { subtype: 'error', request_id: requestId, error: 'Not supported' }
  await claude.send({ type: 'control_response', response }).catch(() => undefined)
}
