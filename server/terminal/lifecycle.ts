// The life of a terminal: a row, a program, its end in the record; and what an earlier console has left.
import { randomUUID } from 'node:crypto'
import type { TerminalRow, TerminalsTable } from '../../db/terminals.ts'
import type { EventBody } from '../../lib/events.ts'
import type { Identity } from '../auth/identity.ts'
import type { Survivor } from '../claude/process-tree.ts'
import type { Containment } from '../containment/containment.ts'
import { HttpProblem } from '../http/problem.ts'
import type { Recorder } from '../recorder.ts'
import { createEndedTerminals } from './ended.ts'
import { createKeyboard, type Keyboard } from './keyboard.ts'
import type { PtyLaunch, Size } from './pty.ts'
import { createRecording, type Recording } from './recording.ts'
import { startTerminal, type Terminal } from './terminal.ts'

/** Terminals of one session, and of all: a full one holds about 10 MB. */
export const TERMINALS_PER_SESSION = 8
export const TERMINALS_IN_ALL = 24
/** How long the end of a terminal may take before it is written down with what survives. */
const LAST_WORD_MS = 3_000
const STOPPED = 'The console was stopped'

export type Live = {
  row: TerminalRow
  terminal: Terminal
  keyboard: Keyboard
  recording: Recording
  /** Told what an operator types. */
  typed: Set<(operator: string, data: string) => void>
  /** Who asked for its end, and why. */
  endedBy: { operator: string; reason: string } | null
  finish: (survivors: Survivor[]) => Promise<void>
}

export type LifecycleOptions = {
  table: TerminalsTable
  recorder: Recorder
  /** Where a terminal's recording stands. */
  recordingPath: (sessionId: string, id: string) => string
  /** See Auth.watch. */
  watch: (identity: Identity, onEnd: () => void) => () => void
  /** @throws HttpProblem while nothing may be started */
  refuse: () => void
  containment: Pick<Containment, 'enclose' | 'endTree'>
  onTrouble: (problem: string) => void
}

export function createLifecycle({
  table,
  recorder,
  recordingPath,
  watch,
  refuse,
  containment,
  onTrouble,
}: LifecycleOptions) {
  const live = new Map<string, Live>()
  const ended = createEndedTerminals()
  const starting = new Map<string, number>()
  let closing = false

  return {
    live: live as ReadonlyMap<string, Live>,
    ended,

    /**
     * Enters a terminal in the record and starts it.
     * @throws HttpProblem 409 `too_many_terminals`, 503 `stopping`, 500 `terminal_not_started` with the reason in words
     */
    async open(
      sessionId: string,
      who: Pick<TerminalRow, 'kind' | 'title' | 'operator'>,
      launch: PtyLaunch,
      size: Size,
    ): Promise<Live> {
      refuse()
      mustFindPlace(sessionId)
      const row: TerminalRow = {
        ...{ id: randomUUID(), session_id: sessionId, ...who, ...size, created_at: new Date().toISOString() },
        ...{ pid: null, start_time: null, boot_id: null, ended_at: null, exit_code: null, reason: null },
      }
      const { id } = row
      const operator = who.operator ?? 'console'
      recorder.recordNow({
        ...{ sessionId, turnId: null },
        events: [
          { kind: 'control', action: 'terminal_opened', operator, terminal_id: id, terminal_kind: who.kind },
        ],
        also: () => table.insert(row),
      })
      starting.set(id, 1)
      const recording = createRecording(recordingPath(sessionId, id), size, who.title, (reason) => {
        onTrouble(reason)
        later(sessionId, [
          { kind: 'control', action: 'recording_ended', operator: 'console', terminal_id: id, reason },
        ])
      })
      try {
        const whose = who.kind === 'agent' ? 'agent' : 'operator'
        const enclosed = {
          ...launch,
          ...containment.enclose(id, launch, whose),
          endTree: containment.endTree,
        }
        const terminal = await startTerminal(id, enclosed, size, recording)
        const { pid = null, startTime = null, bootId = null } = terminal.pty.identity ?? {}
        table.setIdentity({ id, pid, start_time: startTime, boot_id: bootId })
        return enter(row, terminal, recording)
      } catch (error) {
        recording.end(null)
        const reason = (error as Error).message
        const survivors = await containment.endTree(null, id, { graceMs: 0 })
        await close(row, 'console', { exit_code: null, reason }, survivors, [])
        throw new HttpProblem(500, 'terminal_not_started', reason)
      } finally {
        starting.delete(id)
      }
    },

    end,

    /** Ends what an earlier console has left, and says so in the record. Never throws. */
    async sweep(): Promise<void> {
      await Promise.all(table.living().map((row) => (live.has(row.id) ? undefined : sweepOne(row))))
    },

    /** Starts nothing more and ends all. Never throws. */
    async close(): Promise<void> {
      closing = true
      await Promise.all([...live.values()].map((each) => end(each, 'console', STOPPED)))
    },
  }

  function enter(row: TerminalRow, terminal: Terminal, recording: Recording): Live {
    const { id } = row
    const keyboard = createKeyboard({
      terminalId: id,
      record: (events) => void recorder.recordNow({ sessionId: row.session_id, turnId: null, events }),
      recordLater: (events) => later(row.session_id, events),
      watch,
      onChange(operator) {
        recording.marker(operator ? `${operator} has the keyboard` : 'Nobody has the keyboard')
        terminal.announce({ keyboard: operator })
      },
    })
    let finished: Promise<void> | null = null
    const entry: Live = {
      ...{ row, terminal, keyboard, recording, typed: new Set(), endedBy: null },
      finish(survivors) {
        finished ??= finish(entry, survivors)
        return finished
      },
    }
    live.set(id, entry)
    // Nothing outlives its terminal: what the shell has left running ends with it.
    void terminal.exited.then(async () => entry.finish(await terminal.end({ graceMs: 0 })))
    if (closing) void end(entry, 'console', STOPPED)
    try {
      refuse()
    } catch (problem) {
      // What was refused while it started is not let go on.
      void end(entry, 'console', (problem as Error).message, { graceMs: 0 })
    }
    return entry
  }

  async function end(
    entry: Live,
    operator: string,
    reason: string,
    options?: { graceMs: number },
  ): Promise<Survivor[]> {
    entry.endedBy ??= { operator, reason }
    const survivors = await entry.terminal.end(options)
    const tooLong = new Promise((resolve) => setTimeout(resolve, LAST_WORD_MS).unref())
    await Promise.race([entry.terminal.exited, tooLong])
    const finished = entry.finish(survivors)
    // Its last words may wait for space on the disk; who kills does not.
    if (options?.graceMs !== 0) await finished
    return survivors
  }

  async function finish({ row, terminal, keyboard, recording, endedBy }: Live, survivors: Survivor[]) {
    const { code = null, signal = null } = terminal.exit ?? {}
    const reason = endedBy?.reason ?? (signal ? `Ended by signal ${signal}` : null)
    const operator = endedBy?.operator ?? row.operator ?? 'console'
    const left = keyboard.end()
    recording.end(code)
    ended.keep(row.id, terminal.snapshot(), { exit_code: code, reason })
    live.delete(row.id)
    terminal.announce({ exit_code: code, reason })
    await close(row, operator, { exit_code: code, reason }, survivors, left)
    terminal.dispose()
  }

  /** Writes the end of a terminal down, once. Never throws. */
  async function close(
    row: TerminalRow,
    operator: string,
    how: Pick<TerminalRow, 'exit_code' | 'reason'>,
    survivors: Survivor[],
    before: EventBody[],
  ): Promise<void> {
    const told = {
      ...(how.reason ? { reason: how.reason } : {}),
      ...(survivors.length > 0 ? { survivors } : {}),
    }
    const closed = {
      action: 'terminal_closed',
      operator,
      terminal_id: row.id,
      exit_code: how.exit_code,
      ...told,
    }
    const also = () => void table.end({ id: row.id, ended_at: new Date().toISOString(), ...how })
    await recorder
      .record({
        sessionId: row.session_id,
        turnId: null,
        events: [...before, { kind: 'control', ...closed }],
        also,
      })
      .catch((error: unknown) =>
        onTrouble(`The end of the terminal ${row.id} is not recorded: ${String(error)}`),
      )
  }

  async function sweepOne(row: TerminalRow): Promise<void> {
    const { pid, start_time, boot_id } = row
    const isKnown = pid !== null && start_time !== null && boot_id !== null
    const identity = isKnown ? { pid, startTime: start_time, bootId: boot_id } : null
    const survivors = await containment.endTree(identity, row.id, { graceMs: 500 })
    const reason = 'The console that held it had ended'
    await close(row, 'console', { exit_code: null, reason }, survivors, [])
  }

  function later(sessionId: string, events: EventBody[]) {
    recorder
      .record({ sessionId, turnId: null, events })
      .catch((error: unknown) => onTrouble(`An event of a terminal is not recorded: ${String(error)}`))
  }

  function mustFindPlace(sessionId: string) {
    const detail = 'The console is stopping and starts nothing new: try again when it is back'
    if (closing) throw new HttpProblem(503, 'stopping', detail)
    const inSession = [...live.values()].filter(({ row }) => row.session_id === sessionId).length
    if (inSession + starting.size < TERMINALS_PER_SESSION && live.size + starting.size < TERMINALS_IN_ALL)
      return
    const counts = `${inSession} of ${TERMINALS_PER_SESSION} in this session, ${live.size} of ${TERMINALS_IN_ALL} in all`
    throw new HttpProblem(
      409,
      'too_many_terminals',
      `There are too many terminals (${counts}): end one, then open another`,
    )
  }
}
