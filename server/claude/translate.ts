// Translates lines of the CLI's stream-json into events: pure, no I/O, no clock.
import { assertNever } from '../../lib/assert-never.ts'
import type { EventBody } from '../../lib/events.ts'
import { type ContentBlock, type Fields, type Message, numberOf, parseMessage, stringOf } from './messages.ts'
import { type ControlQuestion, permissionQuestion } from './question.ts'
import type { SpoolLine } from './spool-lines.ts'
import { rateLimitEvents, systemEvents } from './system-event.ts'
import { fullText, givenContext, isInterruptText, rawLine, withParent } from './text-events.ts'
import { type PersistedOutput, toolOutput } from './tool-output.ts'
import { turnResult } from './turn-result.ts'

export type { ControlQuestion }

/** The CLI's answer to a control request of ours (`initialize`, `interrupt`). */
export type ControlAnswer = { request_id: string; ok: boolean; error?: string }

/** What one line of the CLI says. Fields that a line does not speak of are missing. */
export type Translation = {
  /** In order. Passing ones (partial text) among them: `isPassing` tells. */
  events: EventBody[]
  /** Whether the events belong to a turn; false before a prompt was sent and between turns. */
  inTurn: boolean
  /** The line opens a turn that nobody asked for; make a turn for it first, the events belong to it. */
  unsolicited?: true
  /** The line is the end of the turn; the turn's one terminal event is the last of `events`. */
  ended?: true
  question?: ControlQuestion
  /** The CLI no longer waits for the answer to this request. */
  cancelled?: { request_id: string }
  answer?: ControlAnswer
  /** A running command writes into `tasks/TASK_ID.output` from now on. */
  taskStarted?: { task_id: string; tool_use_id: string }
  /** The whole output of a call, in a file of the CLI's; keep a copy. `size` in bytes. */
  persistedOutput?: PersistedOutput
  /** The CLI's session id, from `init`: compare it with the one asked for. */
  session?: { session_id: string; claude_version: string; model: string }
}

export type TranslatorOptions = {
  /** The process was started with `--resume`. */
  resumed: boolean
  /** The CLI reports the cost of the process's whole life; what it had reported before these lines, in USD, 0 unless given. */
  costBaseUsd?: number
  /** The lines go on with a turn that another process has opened: the first `init` is no news. */
  opened?: boolean
}

/**
 * Contract: no method throws, whatever the bytes; the same lines and calls give the same events, so that after a restart
 * the state is rebuilt by translating the turn's lines again and dropping what is recorded already.
 */
export type Translator = {
  /** A prompt is sent: the next `init` opens its turn. An `init` without it opens an unsolicited one. */
  beginTurn(): void
  /** An interrupt is sent: if the turn ends by it, that is its outcome. */
  expectInterrupt(outcome: 'interrupted' | 'timeout'): void
  /** When a call was recorded, for lines that are translated again: its `duration_ms` counts from there. */
  callStarted(toolUseId: string, atMs: number): void
  /** @param atMs milliseconds of any clock, the same for all lines and for `callStarted` */
  translate(line: SpoolLine, atMs: number): Translation
}

type Call = { name: string; atMs: number }

/** A translator for the lines of one process, from the start of its spool or of a turn in it. */
export function createTranslator({
  resumed,
  costBaseUsd = 0,
  opened = false,
}: TranslatorOptions): Translator {
  /** `begun`: the prompt is sent, but the CLI has said nothing yet. */
  let turn: 'none' | 'begun' | 'open' = opened ? 'open' : 'none'
  let turns = 0
  let spentUsd = costBaseUsd
  let interrupt: 'interrupted' | 'timeout' | undefined
  let wasInterrupted = false
  let streaming = ''
  const calls = new Map<string, Call>()
  const recordedCalls = new Map<string, number>()
  /** The calls that subagents run under, by the subagent's id. */
  const agents = new Map<string, string>()

  function translateMessage(message: Message, line: SpoolLine, atMs: number): Omit<Translation, 'inTurn'> {
    switch (message.type) {
      case 'init':
        return openTurn(message)
      case 'system':
        return translateSystem(message.subtype, message.fields, line)
      case 'rate_limit':
        return { events: rateLimitEvents(message.fields) }
      case 'assistant':
        return translateAssistant(message, line, atMs)
      case 'user':
        return translateUser(message, line, atMs)
      case 'stream_start':
        streaming = message.message_id
        return { events: [] }
      case 'stream_delta':
        return { events: [partialText(message)] }
      case 'result':
        return endTurn(message.subtype, message.fields, line)
      case 'control_request':
        return askQuestion(message, line, atMs)
      case 'control_response': {
        const { request_id, ok, error } = message
        return { events: [], answer: { request_id, ok, ...(error !== undefined && { error }) } }
      }
      case 'control_cancel_request':
        return { events: [], cancelled: { request_id: message.request_id } }
      case 'noise':
      case 'empty':
        return { events: [] }
      case 'unknown':
        return { events: [rawLine(line)] }
      default:
        return assertNever(message)
    }
  }

  /** `init` is repeated within a turn, for instance after a compaction: that is no news. */
  function openTurn({ type: _, ...init }: Extract<Message, { type: 'init' }>): Omit<Translation, 'inTurn'> {
    const { session_id, model, claude_version } = init
    const session = { session_id, model, claude_version }
    if (turn === 'open') return { events: [], session }
    const events: EventBody[] = [{ kind: 'session', ...init, resumed: resumed || turns > 0 }]
    const unsolicited = turn === 'none'
    turn = 'open'
    turns++
    return unsolicited ? { events, session, unsolicited } : { events, session }
  }

  function translateSystem(subtype: string, fields: Fields, line: SpoolLine): Omit<Translation, 'inTurn'> {
    const events = systemEvents(subtype, fields) ?? [rawLine(line)]
    const task_id = stringOf(fields, 'task_id')
    const tool_use_id = stringOf(fields, 'tool_use_id')
    if (task_id === undefined || tool_use_id === undefined) return { events }
    if (subtype === 'task_started' && stringOf(fields, 'task_type') === 'local_agent')
      agents.set(task_id, tool_use_id)
    else if (subtype === 'task_started') return { events, taskStarted: { task_id, tool_use_id } }
    // The end of a task in the foreground is told by its call's output.
    return { events: subtype === 'task_notification' && calls.has(tool_use_id) ? [] : events }
  }

  function translateAssistant(
    { message_id, parent, blocks }: Extract<Message, { type: 'assistant' }>,
    line: SpoolLine,
    atMs: number,
  ): Omit<Translation, 'inTurn'> {
    const events = blocks.flatMap((block): EventBody[] => {
      switch (block.type) {
        case 'text':
          return block.text === '' ? [] : [fullText(block.text, message_id, parent, false)]
        case 'thinking':
          return block.thinking === '' ? [] : [fullText(block.thinking, message_id, parent, true)]
        case 'tool_use':
          return toolCall(block.id, block.name, block.input, parent, atMs)
        case 'tool_result':
          return [finishCall(block, undefined, parent, atMs).event]
        case 'unknown':
          return []
        default:
          return assertNever(block)
      }
    })
    if (blocks.some(({ type }) => type === 'unknown')) events.push(rawLine(line))
    return { events }
  }

  function translateUser(
    { parent, blocks, toolUseResult, origin }: Extract<Message, { type: 'user' }>,
    line: SpoolLine,
    atMs: number,
  ): Omit<Translation, 'inTurn'> {
    const results = blocks.filter((block) => block.type === 'tool_result')
    const outputs = results.map((block) =>
      finishCall(block, results.length === 1 ? toolUseResult : undefined, parent, atMs),
    )
    const events: EventBody[] = outputs.map(({ event }) => event)
    const said = blocks.filter((block) => block.type !== 'tool_result')
    if (said.some(isInterruptText)) wasInterrupted = true
    // A subagent's prompt stands in its call already.
    else if (parent === undefined && origin === 'context') events.push(...said.flatMap(givenContext))
    else if (parent === undefined && origin === 'plain' && said.length > 0) events.push(rawLine(line))
    const persistedOutput = outputs.find(({ persisted }) => persisted)?.persisted
    return persistedOutput ? { events, persistedOutput } : { events }
  }

  /** Nothing where the call is known already: a subagent's question can come before the message with its call. */
  function toolCall(
    id: string,
    name: string,
    input: Fields,
    parent: string | undefined,
    atMs: number,
  ): EventBody[] {
    if (calls.has(id)) return []
    calls.set(id, { name, atMs: recordedCalls.get(id) ?? atMs })
    return [{ kind: 'tool', tool_use_id: id, phase: 'call', name, input, ...withParent(parent) }]
  }

  function finishCall(
    block: Extract<ContentBlock, { type: 'tool_result' }>,
    toolUseResult: Fields | undefined,
    parent: string | undefined,
    atMs: number,
  ) {
    const call = calls.get(block.tool_use_id)
    calls.delete(block.tool_use_id)
    const startedAt = recordedCalls.get(block.tool_use_id) ?? call?.atMs
    const durationMs = startedAt === undefined ? undefined : Math.max(0, atMs - startedAt)
    return toolOutput(block, toolUseResult, call?.name, durationMs, parent)
  }

  function askQuestion(
    { request_id, subtype, request }: Extract<Message, { type: 'control_request' }>,
    line: SpoolLine,
    atMs: number,
  ): Omit<Translation, 'inTurn'> {
    const question = permissionQuestion(request_id, subtype, request)
    if (!question)
      return { events: [rawLine(line)], question: { subtype: 'other', request_id, name: subtype } }
    const { tool_use_id, tool_name, input, agent_id } = question
    const parent = agent_id === undefined ? undefined : agents.get(agent_id)
    return { events: toolCall(tool_use_id, tool_name, input, parent, atMs), question }
  }

  function partialText({ text, thinking, parent }: Extract<Message, { type: 'stream_delta' }>): EventBody {
    return { ...fullText(text, streaming, parent, thinking), partial: true }
  }

  /** A turn ends once: a `result` after that is an unknown line. */
  function endTurn(subtype: string, fields: Fields, line: SpoolLine): Omit<Translation, 'inTurn'> {
    if (turn === 'none') return { events: [rawLine(line)] }
    const event = turnResult(
      subtype,
      fields,
      wasInterrupted ? (interrupt ?? 'interrupted') : interrupt,
      spentUsd,
    )
    spentUsd = numberOf(fields, 'total_cost_usd') ?? spentUsd
    turn = 'none'
    interrupt = undefined
    wasInterrupted = false
    streaming = ''
    calls.clear()
    recordedCalls.clear()
    return { events: [event], ended: true }
  }

  return {
    beginTurn() {
      if (turn === 'none') turn = 'begun'
    },
    expectInterrupt(outcome) {
      interrupt = outcome
    },
    callStarted(toolUseId, atMs) {
      recordedCalls.set(toolUseId, atMs)
    },
    translate(line, atMs) {
      const before = turn
      const message: Message = line.truncated ? { type: 'unknown' } : parseMessage(line.text)
      const translation = translateMessage(message, line, atMs)
      return { ...translation, inTurn: before !== 'none' || turn !== 'none' }
    },
  }
}
