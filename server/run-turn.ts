// The life of a turn, top to bottom: intent, process, events, one end.
import type { TurnRow } from '../db/turns.ts'
import { isPassing, isTerminal } from '../lib/event-checks.ts'
import type { BodyOf, EventBody } from '../lib/events.ts'
import type { Channel } from './channel.ts'
import type { AdoptedTurn, Batch, Driver, TurnRequest } from './drivers/driver.ts'
import type { Gate } from './gate/gate.ts'
import type { Recorder } from './recorder.ts'
import { createStallWatch } from './stall-watch.ts'
import type { Tables } from './tables.ts'

/** What a turn needs of the console. */
export type TurnSurroundings = {
  driver: Driver
  gate: Gate
  recorder: Recorder
  tables: Tables
  channel: Channel
}

/** What a turn is: its row is committed already. */
export type TurnPlan = Pick<
  TurnRequest,
  | 'launch'
  | 'temporaryDirectory'
  | 'outputsDirectory'
  | 'earlierTurns'
  | 'timeLeftMs'
  | 'silenceLimitMs'
  | 'stop'
  | 'detach'
> & {
  turn: TurnRow
  /** The prompt as the CLI gets it. */
  prompt: string
  adopted: AdoptedTurn | null
  /** Milliseconds in which nothing moves before the record says what is waited for. */
  stallMs: number
}

/**
 * Runs a turn to its terminal event.
 *
 * Contract: never throws; what the CLI, a disk or a network did ends up in the record.
 * Laws: the turn's row stood before this was called (intent before process); a batch is committed before it is
 * published and before the driver goes on (commit before publish); the batch with the terminal event ends the turn,
 * unless the console ends before: then the turn stays open for the next one.
 */
export async function runTurn(
  plan: TurnPlan,
  { driver, gate, recorder, tables }: TurnSurroundings,
): Promise<void> {
  const { turn, adopted } = plan
  const { id: turnId, session_id: sessionId } = turn
  let processId = adopted?.process.id ?? ''

  const request: TurnRequest = {
    ...plan,
    sessionId,
    turnId,
    startedAtMs: Date.parse(turn.started_at ?? turn.created_at),
    ask: (question) => gate.answer(processId, question),
    answered: (question) => gate.delivered(processId, question.request_id),
    isWaiting: () => gate.isWaiting(turnId),
    async processChosen(id) {
      processId = id
      await recorder.record({
        sessionId,
        turnId,
        events: [],
        also: () => tables.turns.setProcess(turnId, id),
      })
    },
    promptSent: () => tables.turns.setPromptSent(turnId),
  }

  const times = createTimes(request)
  const stall = createStallWatch({
    stallMs: plan.stallMs,
    openCalls: adopted?.openCalls ?? [],
    isWaiting: request.isWaiting,
    tell: (event) => recorder.recordNow({ sessionId, turnId, events: [event] }),
  })
  let ended = false
  try {
    for await (const batch of driver.run(request)) await record(batch)
    if (!ended && !plan.detach.aborted) throw new Error('The driver gave no terminal event')
  } catch (error) {
    if (!ended && !plan.detach.aborted) await recordFailure(error)
  } finally {
    stall.close()
  }

  /** Where not even this can be written the turn stays open, and the next console ends it. */
  async function recordFailure(error: unknown) {
    await record({ events: [unexpected(error)], questions: [], withdrawn: [], offsets: null }).catch(
      () => undefined,
    )
  }

  async function record(batch: Batch) {
    const { questions, withdrawn, offsets } = batch
    const events = [...stall.saw(batch.events), ...batch.events.map(times.mark)]
    // Partial text is not worth a wait for the disk each: its offset is committed with the next event that stays.
    if (events.length > 0 && events.every(isPassing) && questions.length + withdrawn.length === 0) {
      await recorder.record({ sessionId, turnId, events })
      return
    }
    const asked = gate.judge({ sessionId, turnId, processId }, questions)
    const cancelled = gate.withdraw(processId, withdrawn)
    const terminal = events.find(isTerminal)
    ended ||= terminal !== undefined
    const expired = terminal ? gate.expire(turnId) : { events: [], update() {} }
    await recorder.record({
      sessionId,
      turnId,
      events: [
        ...events.filter((event) => event !== terminal),
        ...asked.events,
        ...cancelled.events,
        ...expired.events,
        ...(terminal ? [terminal] : []),
      ],
      also() {
        asked.insert()
        cancelled.update()
        expired.update()
        if (offsets) tables.processes.setOffsets(offsets.processId, offsets.spool, offsets.stderr)
        for (const event of events) {
          if (event.kind === 'session') tables.sessions.setClaudeVersion(sessionId, event.claude_version)
        }
        if (terminal)
          tables.turns.end({
            id: turnId,
            session_id: sessionId,
            ended_at: new Date().toISOString(),
            ...totalsOf(terminal),
          })
      },
    })
    // What was told goes out first: seeing to the process after a turn reads the process table and holds all up.
    if (terminal) await new Promise(setImmediate)
  }
}

/** Puts the times into the result: how long the operator has waited for the first sign, and for the end. */
function createTimes({ startedAtMs, adopted }: TurnRequest) {
  let firstMs: number | null = null
  return {
    mark(event: EventBody): EventBody {
      const nowMs = Math.max(0, Date.now() - startedAtMs)
      if (event.kind === 'text' || event.kind === 'tool') firstMs ??= nowMs
      if (event.kind !== 'result') return event
      // What an earlier console had shown of the turn was not seen here.
      const first = firstMs === null || adopted ? {} : { first_output_ms: firstMs }
      return { ...event, ...first, elapsed_ms: nowMs }
    },
  }
}

function totalsOf(terminal: EventBody) {
  const result = terminal.kind === 'result' ? terminal : null
  const { usage } = result ?? {}
  return {
    outcome:
      result?.outcome ??
      (terminal.kind === 'error' && terminal.code === 'interrupted' ? 'interrupted' : 'error'),
    cost_usd: result?.total_cost_usd ?? null,
    input_tokens: usage
      ? usage.input_tokens + usage.cache_read_input_tokens + usage.cache_creation_input_tokens
      : null,
    output_tokens: usage?.output_tokens ?? null,
  } as const
}

/** A mistake of ours must not leave a turn without an end. */
function unexpected(error: unknown): BodyOf<'result'> {
  const detail = error instanceof Error ? error.message : String(error)
  return {
    kind: 'result',
    outcome: 'error',
    is_error: true,
    result: `The console failed while it followed the turn: ${detail}`,
    duration_ms: 0,
    num_turns: 0,
    total_cost_usd: null,
    usage: null,
  }
}
