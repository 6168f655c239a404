// All terminals of the console: opened, typed in, watched, ended, and swept up after one that died.
import type { SessionsTable } from '../../db/sessions.ts'
import type { TerminalRow } from '../../db/terminals.ts'
import type { TerminalSnapshot, TerminalView } from '../../lib/terminal-api.ts'
import type { Identity } from '../auth/identity.ts'
import type { Survivor } from '../claude/process-tree.ts'
import { HttpProblem } from '../http/problem.ts'
import { refuseWhenOver } from '../turn-refusals.ts'
import { createLifecycle, type LifecycleOptions, type Live } from './lifecycle.ts'
import type { PtyLaunch, Size } from './pty.ts'
import { readRecording } from './read-recording.ts'
import { shellLaunch } from './shell.ts'
import type { Follower, From, Terminal } from './terminal.ts'

const EXPIRE_MS = 5_000

/** The agent's own terminal, as a driver holds it. */
export type AgentTerminal = {
  terminal: Terminal
  /** Who has the keyboard: a driver types nothing while somebody has. */
  keyboard(): string | null
  /** Called with what an operator types, as it is sent. */
  onTyped(listener: (operator: string, data: string) => void): () => void
  /** Ends it with a reason for the record. Never throws. */
  end(reason: string): Promise<void>
}

export type Terminals = ReturnType<typeof createTerminals>

/** @param options.inherited what a shell's environment is made of */
export function createTerminals(
  options: LifecycleOptions & {
    sessions: Pick<SessionsTable, 'byId'>
    inherited: Readonly<Record<string, string>>
  },
) {
  const { table, sessions, recorder, recordingPath, inherited } = options
  const lifecycle = createLifecycle(options)
  const { live, ended } = lifecycle
  const timer = setInterval(() => {
    for (const { keyboard } of live.values()) keyboard.expire()
  }, EXPIRE_MS).unref()

  return {
    /**
     * Opens a shell in a session's workspace; its creator has the keyboard.
     * @throws HttpProblem 404, 409 `session_closed`, `time_box_over` or `too_many_terminals`, 503 while stopping
     */
    async openShell(sessionId: string, identity: Identity, size: Size): Promise<TerminalView> {
      const session = mustBeOpen(sessionId)
      refuseWhenOver(session)
      const launch = shellLaunch(session.workspace, inherited)
      const title = launch.file.split('/').at(-1) ?? 'shell'
      const opened = await lifecycle.open(
        sessionId,
        { kind: 'shell', title, operator: identity.operator.name },
        launch,
        size,
      )
      opened.keyboard.take(identity, undefined)
      return viewOf(opened)
    },

    /**
     * Opens a terminal for the agent: nobody has its keyboard.
     * @throws what `openShell` throws
     */
    async openAgent(sessionId: string, title: string, launch: PtyLaunch, size: Size): Promise<AgentTerminal> {
      mustBeOpen(sessionId)
      const opened = await lifecycle.open(sessionId, { kind: 'agent', title, operator: null }, launch, size)
      return {
        terminal: opened.terminal,
        keyboard: opened.keyboard.holder,
        onTyped(listener) {
          opened.typed.add(listener)
          return () => void opened.typed.delete(listener)
        },
        async end(reason) {
          await lifecycle.end(opened, 'console', reason)
        },
      }
    },

    /** Of one session, the ended ones too. @throws HttpProblem 404 */
    ofSession(sessionId: string): TerminalView[] {
      mustExist(sessionId)
      return table.ofSession(sessionId).map(viewOfRow)
    },
    /** All that run. */
    list: (): TerminalView[] => [...live.values()].map(viewOf),
    /** @throws HttpProblem 404 */
    get: (id: string): TerminalView => viewOfRow(rowOf(id)),
    /** The same, for pages. */
    find(id: string): TerminalView | null {
      const row = table.byId(id)
      return row && viewOfRow(row)
    },

    /**
     * Types.
     * @throws HttpProblem 404, 409 `keyboard_held`, `keyboard_free`, `terminal_ended`, 503 `not_reading`
     */
    input(id: string, operator: string, data: string) {
      const found = mustRun(id)
      found.keyboard.mustHold(operator)
      if (!found.terminal.write(data)) {
        const detail =
          'The program in this terminal does not read: nothing was typed. Try again, or end the terminal'
        throw new HttpProblem(503, 'not_reading', detail, {}, { 'retry-after': '1' })
      }
      found.recording.input(data)
      found.keyboard.typed(Buffer.byteLength(data))
      for (const listener of found.typed) listener(operator, data)
    },

    /** @throws HttpProblem as `input` */
    resize(id: string, operator: string, size: Size) {
      const found = mustRun(id)
      found.keyboard.mustHold(operator)
      const { cols, rows } = found.terminal.screen.size()
      if (cols !== size.cols || rows !== size.rows) found.terminal.resize(size)
    },

    /** @throws HttpProblem 404, 409 `keyboard_held`, `terminal_ended` */
    takeKeyboard(id: string, identity: Identity, from: string | undefined): TerminalView {
      const found = mustRun(id)
      found.keyboard.take(identity, from)
      return viewOf(found)
    },
    /** @throws HttpProblem 404, 409 `keyboard_held`, `terminal_ended` */
    giveBackKeyboard(id: string, operator: string): TerminalView {
      const found = mustRun(id)
      found.keyboard.giveBack(operator)
      return viewOf(found)
    },

    /** @throws HttpProblem 404, 409 `terminal_ended` */
    async end(id: string, operator: string): Promise<void> {
      await lifecycle.end(mustRun(id), operator, `Ended by ${operator}`)
    },

    /** The screen at this moment; the last one of a terminal that has just ended. @throws HttpProblem 404 */
    snapshot(id: string): TerminalSnapshot {
      const found = live.get(id)
      const snapshot = found?.terminal.snapshot() ?? ended.snapshot(id)
      if (!snapshot) throw noScreen(rowOf(id))
      const { data, cols, rows, offset } = snapshot
      const keyboard = found?.keyboard.holder() ?? null
      return { snapshot: Buffer.from(data).toString('base64'), cols, rows, offset, keyboard }
    },

    /** @throws HttpProblem 404 when there is no screen to show any more */
    mustShow(id: string) {
      if (!live.has(id) && !ended.snapshot(id)) throw noScreen(rowOf(id))
    },

    /** Lets an operator watch. @returns null when there is nothing to see any more */
    follow(id: string, operator: string, follower: Follower, from: From) {
      const found = live.get(id)
      if (!found) return ended.follow(id, follower, from)
      const leave = found.keyboard.enter(operator)
      const source = found.terminal.follow(follower, from, found.keyboard.holder)
      return {
        pump: source.pump,
        close() {
          leave()
          source.close()
        },
      }
    },

    /**
     * A terminal's recording. What was typed can hold passwords: who reads that stands in the record.
     * @returns null when there is none
     * @throws HttpProblem 404; what the record throws
     */
    async readRecording(id: string, operator: string, options: { input: boolean }) {
      const { session_id: sessionId } = rowOf(id)
      const found = await readRecording(recordingPath(sessionId, id), options)
      if (found && options.input) {
        const event = { kind: 'control' as const, action: 'typed_read', operator, terminal_id: id }
        recorder.recordNow({ sessionId, turnId: null, events: [event] })
      }
      return found
    },

    /** Ends a session's terminals, or all; without a grace at once. Never throws. @returns what could not be ended */
    async endAll(
      sessionId: string | null,
      operator: string,
      reason: string,
      options?: { graceMs: number },
    ): Promise<Survivor[]> {
      const chosen = [...live.values()].filter(
        ({ row }) => sessionId === null || row.session_id === sessionId,
      )
      const survivors = chosen.map((each) => lifecycle.end(each, operator, reason, options))
      return (await Promise.all(survivors)).flat()
    },

    /** At boot, see Lifecycle. */
    sweep: lifecycle.sweep,

    /** Ends all terminals for good. */
    async close(): Promise<void> {
      clearInterval(timer)
      await lifecycle.close()
    },
  }

  function mustExist(sessionId: string) {
    const session = sessions.byId(sessionId)
    if (session) return session
    throw new HttpProblem(404, 'no_such_session', `There is no session ${sessionId}`)
  }

  function mustBeOpen(sessionId: string) {
    const session = mustExist(sessionId)
    if (session.closed_at === null) return session
    throw new HttpProblem(409, 'session_closed', 'This session is closed: open a new one for a terminal')
  }

  function rowOf(id: string): TerminalRow {
    const row = table.byId(id)
    if (row) return row
    throw new HttpProblem(404, 'no_such_terminal', `There is no terminal ${id}`)
  }

  function mustRun(id: string): Live {
    const found = live.get(id)
    if (found) return found
    rowOf(id)
    throw new HttpProblem(
      409,
      'terminal_ended',
      'This terminal has ended: open a new one, or watch its recording',
    )
  }

  function noScreen(row: TerminalRow): HttpProblem {
    const detail = `The terminal ${row.id} has ended: its recording is at /api/terminals/${row.id}/recording`
    return new HttpProblem(404, 'terminal_ended', detail)
  }

  function viewOfRow(row: TerminalRow): TerminalView {
    const found = live.get(row.id)
    if (found) return viewOf(found)
    const { pid: _, start_time: __, boot_id: ___, ...shown } = row
    return { ...shown, keyboard: null }
  }

  function viewOf({ row, terminal, keyboard }: Live): TerminalView {
    const { pid: _, start_time: __, boot_id: ___, ...shown } = row
    return { ...shown, ...terminal.screen.size(), keyboard: keyboard.holder() }
  }
}
