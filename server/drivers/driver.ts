// What a driver is: a way of running one turn of the CLI, and the promises every one of them keeps.

import type { ProcessRow } from '../../db/processes.ts'
import type { EventBody } from '../../lib/events.ts'
import type { LaunchNow } from '../claude/launch.ts'
import type { ControlQuestion } from '../claude/translate.ts'

/** The CLI asks whether a tool may run. */
export type Question = Extract<ControlQuestion, { subtype: 'can_use_tool' }>

/** The gate's answer. Without one the tool does not run. */
export type Decision =
  /** `answers` to what the agent asks the operator, by the text of each question. */
  { behavior: 'allow'; answers?: Record<string, string> } | { behavior: 'deny'; message: string }

/** Why a turn is to end before its time. */
export type StopReason = { outcome: 'interrupted' | 'timeout'; by: string; reason?: string }

/** What the driver learned at one moment. The record takes it in one transaction. */
export type Batch = {
  /** In order, passing ones among them. */
  events: EventBody[]
  questions: Question[]
  /** Questions, by `request_id`, that the CLI no longer asks. */
  withdrawn: string[]
  /** How far the process's files are read once the events are recorded. */
  offsets: { processId: string; spool: number; stderr: number } | null
}

export type TurnRequest = {
  sessionId: string
  turnId: string
  /** As the CLI gets it. */
  prompt: string
  /** What the CLI is to be started with; asked for when the turn before has left its whole transcript. */
  launch: LaunchNow
  /** CLAUDE_CODE_TMPDIR of the session. */
  temporaryDirectory: string
  /** Where whole outputs of tool calls are kept. */
  outputsDirectory: string
  /** How many turns the session has had before. */
  earlierTurns: number
  /** Wall milliseconds when the turn was started. */
  startedAtMs: number
  /** Milliseconds that are left for the turn. */
  timeLeftMs: number
  /** Milliseconds without a sign of life after which the turn is stopped. */
  silenceLimitMs: number
  /** Where an earlier console had got to, for a turn that is taken up again. */
  adopted: AdoptedTurn | null
  /** Aborted with a {@link StopReason}. */
  stop: AbortSignal
  /** Aborted when the console ends: the driver lets go of the turn as it is, and the next console takes it up. */
  detach: AbortSignal
  /** Resolves when there is a decision; never rejects. Called after the batch with the question is recorded. */
  ask(question: Question): Promise<Decision>
  /** Whether the turn waits for a person, so that the CLI's silence means nothing. */
  isWaiting(): boolean
  /** The answer has been written to the CLI. */
  answered(question: Question): void
  /** A process now works on the turn; recorded before the prompt is sent. */
  processChosen(processId: string): Promise<void>
  /** The prompt has been written to the CLI. */
  promptSent(): void
}

export type AdoptedTurn = {
  process: ProcessRow
  promptSent: boolean
  /** Calls that have no output yet, and when they were recorded, in wall milliseconds. */
  openCalls: { toolUseId: string; name: string; atMs: number }[]
  /** Questions whose answer the CLI does not have. */
  unanswered: Question[]
}

export type Driver = {
  /**
   * Runs a turn to its end.
   *
   * Contract: the first event is `session` unless the CLI never opened; there is exactly one terminal event and it
   * is the last, unless the turn is detached; never throws; when `stop` is aborted it ends within the grace; no process is left that the driver
   * does not own as warm; every tool call is asked of the gate first. A batch is recorded before the next is asked for.
   */
  run(request: TurnRequest): AsyncIterable<Batch>
  /** Gets ready for the session's next prompt. Never throws, never blocks. */
  prepare(sessionId: string, launch: LaunchNow, earlierTurns: number): void
  /** Ends what is kept ready for a session; resolves when the turn before has left its whole transcript. */
  release(sessionId: string): Promise<void>
  /** Ends everything that is kept ready. Running turns go on. */
  close(): Promise<void>
}
