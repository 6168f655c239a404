// Translates lines of the CLI's stream-json into events: pure, no I/O, no clock.
import type { EventBody } from '../../lib/events.ts'
import type { SpoolLine } from './spool-lines.ts'

/** A question of the CLI that waits for an answer on the control channel; without one its tool does not run. */
export type ControlQuestion =
  | {
      subtype: 'can_use_tool'
      request_id: string
      tool_name: string
      tool_use_id: string
      /** To be given back as `updatedInput` where the call is allowed. */
      input: Record<string, unknown>
      /** Why the CLI asks; in production always its ask rule. */
      decision_reason?: string
      decision_reason_type?: string
      /** The path outside the allowed directories that made it ask. */
      blocked_path?: string
      /** Set where a subagent asks. */
      agent_id?: string
    }
  /** A request of any other kind: it has to be answered with an error, or the CLI may wait for ever. */
  | { subtype: 'other'; request_id: string; name: string; request: Record<string, unknown> }

/** The CLI's answer to a control request of ours (`initialize`, `interrupt`). */
export type ControlAnswer = { request_id: string; ok: boolean; error?: string; response?: Record<string, unknown> }

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
  persistedOutput?: { tool_use_id: string; path: string; size: number }
  /** The CLI's session id, from `init`: compare it with the one asked for. */
  session?: { session_id: string; claude_version: string; model: string }
}

export type TranslatorOptions = {
  /** The process was started with `--resume`. */
  resumed: boolean
  /** A persistent process reports the cost of its whole life: what was spent in it before this spool position, in USD. */
  costBaseUsd?: number
  /** A persistent process: each turn's cost is the growth since the turn before. */
  cumulativeCost?: boolean
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
  /** When a call was recorded, for lines that are translated again: `duration_ms` counts from there. */
  callStarted(toolUseId: string, atMs: number): void
  /** @param atMs monotonic or wall milliseconds, the same clock for all lines of a process */
  translate(line: SpoolLine, atMs: number): Translation
}

export function createTranslator(options: TranslatorOptions): Translator {
  let begun = false
  void options
  return {
    beginTurn() {
      begun = true
    },
    expectInterrupt() {},
    callStarted() {},
    translate(line) {
      const { text, truncated, bytes, sha256 } = line
      return { events: [{ kind: 'raw', line: text, truncated, bytes, ...(sha256 && { sha256 }) }], inTurn: begun }
    },
  }
}
