// What a TUI says on the wire, in its transcript and through its hooks becomes the stream-json of `claude -p`: no I/O, no clock of its own.
import { assertNever } from '../../lib/assert-never.ts'
import type { HookCall } from '../gate/permission-hook.ts'
import { type Fields, stringOf } from './messages.ts'
import type { FollowedRecord } from './transcript-follow.ts'
import { lineOf, meaningOf, type RecordMeaning } from './transcript-lines.ts'
import {
  agentLine,
  blockLine,
  deltaLine,
  initLine,
  noticeLine,
  questionLine,
  shellCallLine,
  shellOutputLine,
  startLine,
} from './tui-lines.ts'
import {
  addUsage,
  endOf,
  noteRecord,
  resultLine,
  retryLine,
  startTuiTurn,
  type TuiTurn,
  type TypedTurn,
} from './tui-turn.ts'
import { createWireBlocks } from './wire-blocks.ts'
import type { WireEvent } from './wire-tee.ts'

type ParentOf = (agentId: string) => string | null

export type TuiConversation = {
  /** A prompt of ours is about to be typed. */
  begin(atMs: number): void
  wire(event: WireEvent, atMs: number): void
  /** @param parentOf the call a subagent runs under, null where that is not known yet */
  records(records: readonly FollowedRecord[], parentOf: ParentOf, atMs: number): void
  /** A hook asks: the question's line, behind the lines of all that was said before it. */
  question(call: HookCall, requestId: string, parentOf: ParentOf): void
  /** Tells the operator something in the turn's record. */
  notice(action: string, reason: string): void
  /** Esc was pressed for the turn. */
  interrupt(atMs: number): void
  /** Ends the turn if it is over. @param isIdle whether the screen shows the idle input box */
  check(isIdle: boolean, atMs: number): void
  /** Ends the turn because it can't go on. */
  fail(error: string, atMs: number): void
  /** Whether the CLI has taken the prompt. */
  readonly confirmed: boolean
  readonly turn: 'none' | 'ours' | 'typed'
}

/** After these the CLI says no more; it goes on by itself after others, such as `max_tokens`. */
const SURE_END: ReadonlySet<string> = new Set(['end_turn', 'stop_sequence'])

/**
 * The record comes from the transcript; partial text and the end come from the wire. One engine for both, so that a turn
 * has the same lines, and with them the same events, as under `print`.
 *
 * @param write gets each line in order
 * @param onTyped called when a turn opens that is not ours, before its first line
 * @param onStray called for a request of another session: somebody has left the conversation, as with /clear
 */
export function createTuiConversation(options: {
  sessionId: string
  cwd: string
  model: string
  /** Who holds the keyboard. */
  typist: () => string | null
  write: (line: Fields) => void
  onTyped: (turn: TypedTurn) => void
  onTurnEnd: () => void
  onStray: () => void
  /** Takes the wire's word for the end of a turn, ~150 ms before the transcript has it. */
  endsOnWire: boolean
}): TuiConversation {
  const { sessionId, cwd, write, onTyped, onTurnEnd, onStray } = options
  let turn: TuiTurn | null = null
  let model = options.model
  let tools: string[] = []
  let claudeVersion = ''
  const blocks = createWireBlocks()
  /** Subagents whose call was told. */
  const toldAgents = new Set<string>()
  /** Records of subagents whose call is not known yet. */
  let held: FollowedRecord[] = []
  /** The record of a line for the shell which has not ended. */
  let openShell: string | null = null
  let endedAtMs = 0

  function startTyped(typed: TypedTurn, atMs: number): TuiTurn {
    turn = startTuiTurn(false, atMs)
    onTyped(typed)
    return turn
  }

  function open(of: TuiTurn) {
    of.confirmed = true
    if (of.opened) return
    of.opened = true
    write(initLine({ session_id: sessionId, cwd, model, tools, claude_code_version: claudeVersion }))
  }

  function takeWire(event: WireEvent, atMs: number) {
    if (turn) turn.lastSignMs = atMs
    if (event.type === 'request' && event.sessionId !== null && event.sessionId !== sessionId)
      return onStray()
    blocks.keep(event)
    if (event.agentId !== null) return
    switch (event.type) {
      case 'request':
        return takeRequest(event, atMs)
      // The partial text of the main loop; subagents' is not shown as it comes.
      case 'start':
        return void (turn && write(startLine(event.messageId)))
      case 'delta':
        return void (turn && write(deltaLine(event.text, event.thinking)))
      case 'block':
        return
      case 'stop':
        if (!turn) return
        addUsage(turn, event.usage)
        if (event.stopReason !== 'tool_use') turn.stop = { messageId: event.messageId, atMs }
        if (options.endsOnWire && SURE_END.has(event.stopReason)) endOnWire(turn, event.messageId, atMs)
        return
      case 'error':
        if (turn) turn.refusal = { error: event.error, status: event.status, atMs }
        return
      case 'cut':
        if (turn) turn.refusal = { error: 'connection', status: 0, atMs }
        return
      default:
        assertNever(event)
    }
  }

  function takeRequest(event: Extract<WireEvent, { type: 'request' }>, atMs: number) {
    model = event.model || model
    if (event.tools.length > 0) tools = event.tools
    claudeVersion = event.claudeVersion || claudeVersion
    const current = turn ?? startTyped({ text: null, shell: false }, atMs)
    current.requests++
    current.stop = null
    current.durationSeen = false
    open(current)
    if (current.refusal) write(retryLine(current, current.refusal, atMs))
    current.refusal = null
  }

  function takeRecord(
    { record, agentId, atMs: recordedAtMs }: FollowedRecord,
    parent: string | null,
    atMs: number,
  ) {
    // The transcript can be ahead of the wire.
    claudeVersion ||= stringOf(record, 'version') ?? ''
    // The last words of a turn that ended on the wire come when the next one may have begun.
    if (recordedAtMs < (turn?.ours ? turn.startedAtMs : endedAtMs)) return
    if (turn) turn.lastSignMs = atMs
    const meaning = meaningOf(record)
    if (agentId === null && meaning.type === 'prompt')
      return takePrompt(meaning, stringOf(record, 'uuid') ?? '', atMs)
    if (agentId === null && meaning.type === 'shell_output') return takeShellOutput(meaning)
    const isTold = meaning.type === 'assistant' && blocks.wasTold(meaning.messageId, record)
    const line = isTold ? null : lineOf(record, parent)
    if (line && turn) {
      open(turn)
      write(line)
    }
    if (turn && agentId === null) noteRecord(turn, meaning, atMs)
  }

  /** The first prompt of a turn of ours is ours; every other one was typed by hand. */
  function takePrompt(
    { text, shell }: Extract<RecordMeaning, { type: 'prompt' }>,
    uuid: string,
    atMs: number,
  ) {
    const current = turn ?? startTyped({ text, shell }, atMs)
    const isOurs = current.ours && !current.promptSeen && !shell
    current.promptSeen ||= !shell
    open(current)
    if (isOurs) return
    const operator = options.typist()
    notice('typed_turn', text, { shell, ...(operator !== null && { operator }) })
    if (!shell) return
    openShell = uuid
    write(shellCallLine(uuid, text))
  }

  /** What a line for the shell has written, as the output of the call that stands for it. */
  function takeShellOutput(output: Extract<RecordMeaning, { type: 'shell_output' }>) {
    if (openShell !== null && turn) write(shellOutputLine(openShell, output))
    openShell = null
  }

  function notice(action: string, reason: string, more: Fields = {}) {
    write(noticeLine(action, reason, more))
  }

  /**
   * Tells what the wire has of a message and the transcript has not yet.
   * @param call that is asked for: up to it. The CLI completes inputs by their defaults, and its hook has them so
   */
  function tellBlocks(messageId: string, parent: string | null, call: HookCall | null) {
    for (const told of blocks.takeUntold(messageId, call?.tool_use_id ?? null)) {
      const isCall = told.type === 'tool_use' && told.id === call?.tool_use_id
      const block = isCall ? { ...told, input: call.input } : told
      write(blockLine(messageId, block, parent))
      if (block.type === 'text' && parent === null && turn) turn.lastText = block.text
    }
  }

  /** Says under which call a subagent runs, as `-p` does. */
  function tellAgent(agentId: string, parent: string) {
    if (toldAgents.has(agentId)) return
    toldAgents.add(agentId)
    write(agentLine(agentId, parent))
  }

  function endOnWire(of: TuiTurn, messageId: string, atMs: number) {
    tellBlocks(messageId, null, null)
    endTurn(of, atMs, false, null)
  }

  function endTurn(of: TuiTurn, atMs: number, interrupted: boolean, error: string | null) {
    open(of)
    write(resultLine(of, atMs, interrupted, error))
    turn = null
    endedAtMs = atMs
    openShell = null
    held = []
    blocks.clear()
    onTurnEnd()
  }

  return {
    begin(atMs) {
      turn = startTuiTurn(true, atMs)
    },
    wire: takeWire,
    records(records, parentOf, atMs) {
      const all = [...held, ...records]
      held = []
      for (const followed of all) {
        const { agentId } = followed
        const parent = agentId === null ? null : parentOf(agentId)
        if (agentId !== null && parent === null) held.push(followed)
        else {
          if (agentId !== null && parent !== null && turn) tellAgent(agentId, parent)
          takeRecord(followed, parent, atMs)
        }
      }
    },
    question(call, requestId, parentOf) {
      const { tool_use_id, agent_id } = call
      const parent = agent_id === null ? null : parentOf(agent_id)
      if (agent_id !== null && parent !== null) tellAgent(agent_id, parent)
      const messageId = blocks.messageOf(tool_use_id)
      if (messageId !== null) tellBlocks(messageId, parent, call)
      write(questionLine(call, requestId))
    },
    notice,
    interrupt(atMs) {
      if (turn) turn.escapedAtMs ??= atMs
    },
    check(isIdle, atMs) {
      const end = turn && openShell === null ? endOf(turn, isIdle, atMs) : null
      if (!turn || end === null) return
      if (end === 'wire' && turn.stop) endOnWire(turn, turn.stop.messageId, atMs)
      else endTurn(turn, atMs, end === 'interrupted', null)
    },
    fail(error, atMs) {
      if (turn) endTurn(turn, atMs, false, error)
    },
    get confirmed() {
      return turn?.confirmed ?? false
    },
    get turn() {
      return turn === null ? 'none' : turn.ours ? 'ours' : 'typed'
    },
  }
}
