// The life of a run of a verb: facts first where it asks, then its command, and one end in the record.
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { VerbRunRow, VerbRunsTable } from '../../db/verb-runs.ts'
import type { Survivor } from '../claude/process-tree.ts'
import type { Containment } from '../containment/containment.ts'
import type { Recorder } from '../recorder.ts'
import { createOutput } from './output.ts'
import { runCommand, type StopVerb } from './run-command.ts'
import { ending, measured, named, opening, type VerbEvent } from './verb-events.ts'
import type { FilledVerb } from './verb-request.ts'

/** Facts older than this are no ground for a confirmation. */
const CONFIRM_WITHIN_MS = 10 * 60_000
/** How long the record of an end is waited for. */
const LAST_WORD_MS = 3_000

export type Run = FilledVerb & {
  id: string
  sessionId: string
  workspace: string
  /** Who asked for it, or confirmed it. */
  operator: string
  state: Exclude<VerbRunRow['state'], 'ended'>
  stop: AbortController
  /** Who asked for its end, and why. */
  endedBy: { operator: string; reason?: string } | null
  expiry: NodeJS.Timeout | undefined
  survivors: Survivor[]
  /** Settles when nothing of it runs. */
  gone: Promise<void>
  /** Settles when its end is recorded. */
  finished: Promise<void>
  settle: { gone: () => void; finished: () => void }
}

/** Remembers the request that led to a run, in the transaction that enters what comes of it. */
export type Keep = (runId: string) => void

export type VerbRunsOptions = {
  table: VerbRunsTable
  recorder: Recorder
  /** The environment of verbs, but for their marker. */
  inherited: Readonly<Record<string, string>>
  /** Where a session keeps whole outputs. */
  outputsOf: (sessionId: string) => string
  containment: Pick<Containment, 'enclose' | 'endTree'>
  /** Told what could not be recorded. */
  onTrouble: (problem: string) => void
}

export function createVerbRuns(options: VerbRunsOptions) {
  const { table, recorder, inherited, outputsOf, containment, onTrouble } = options
  const { endTree } = containment
  const runs = new Map<string, Run>()

  return {
    /** Those that look, wait or run. */
    all: (): Run[] => [...runs.values()],
    byId: (id: string) => runs.get(id) ?? null,

    /** Enters a run in the record and begins it. @param keep entered with it. @throws what SQLite throws; nothing was started then */
    begin(
      filled: FilledVerb,
      given: Pick<Run, 'sessionId' | 'workspace' | 'operator' | 'state'>,
      keep: Keep,
    ): Run {
      const run = enter(filled, given, keep)
      if (run.state === 'evidence') void look(run)
      else if (run.state === 'running') void act(run)
      else waitForAnswer(run)
      return run
    },

    confirm,
    end,

    /** Ends runs, without a grace, and waits until nothing of them runs. Never throws. @returns what survived */
    async kill(ended: readonly Run[], operator: string, reason: string): Promise<Survivor[]> {
      for (const run of ended) end(run, { operator, reason }, 0)
      await Promise.all(ended.map((run) => run.gone))
      return ended.flatMap((run) => run.survivors)
    },

    /** Ends runs and waits until that is recorded, or for 3 s where there is no space. Never throws. */
    async endThese(ended: readonly Run[], operator: string, reason: string): Promise<void> {
      for (const run of ended) end(run, { operator, reason })
      await Promise.all(ended.map((run) => run.gone))
      const tooLong = new Promise((resolve) => setTimeout(resolve, LAST_WORD_MS).unref())
      await Promise.race([Promise.all(ended.map((run) => run.finished)), tooLong])
    },

    /** Ends what an earlier console has left, and says so in the record. Never throws. */
    async sweep(): Promise<void> {
      await Promise.all(table.living().map((row) => (runs.has(row.id) ? undefined : sweepOne(row))))
    },
  }

  function enter(
    filled: FilledVerb,
    given: Pick<Run, 'sessionId' | 'workspace' | 'operator' | 'state'>,
    keep: Keep,
  ): Run {
    const settle = { gone() {}, finished() {} }
    const gone = new Promise<void>((resolve) => {
      settle.gone = resolve
    })
    const finished = new Promise<void>((resolve) => {
      settle.finished = resolve
    })
    const run: Run = {
      ...{ ...filled, ...given, id: randomUUID(), stop: new AbortController(), endedBy: null },
      ...{ expiry: undefined, survivors: [], gone, finished, settle },
    }
    const { id, sessionId, operator, state, verb } = run
    const row = { id, session_id: sessionId, name: verb.name, operator, state }
    recorder.recordNow({
      ...{ sessionId, turnId: null },
      events: [opening(run)],
      also() {
        table.insert({ ...row, created_at: new Date().toISOString() })
        keep(id)
      },
    })
    runs.set(id, run)
    return run
  }

  /** Runs what has waited for it. @throws what SQLite throws; it goes on waiting then */
  function confirm(run: Run, operator: string, keep: Keep): void {
    clearTimeout(run.expiry)
    const before = { operator: run.operator, state: run.state }
    Object.assign(run, { operator, state: 'running' })
    try {
      recorder.recordNow({
        ...{ sessionId: run.sessionId, turnId: null },
        events: [opening(run)],
        also() {
          table.setState(run.id, 'running')
          keep(run.id)
        },
      })
    } catch (error) {
      Object.assign(run, before)
      waitForAnswer(run)
      throw error
    }
    void act(run)
  }

  /** Looks at the facts, and asks. */
  async function look(run: Run) {
    const { evidence, id } = run
    const { end: how, facts } = await command(run, evidence ?? [], `evidence-${id}`)
    if (how.notStarted) return finish(run, { outcome: 'not_started', reason: how.notStarted })
    if (how.ended === 'stopped') return finish(run, { outcome: 'cancelled', ...facts, ...measured(how) })
    const late = how.ended === 'timeout' ? { reason: `It was ended after ${run.verb.timeout_seconds} s` } : {}
    try {
      await recorder.record({
        ...{ sessionId: run.sessionId, turnId: null },
        events: [{ ...named(run), phase: 'awaiting', ...facts, ...measured(how), ...late }],
        also: () => table.setState(id, 'awaiting'),
      })
    } catch (error) {
      onTrouble(`What the verb ${run.verb.name} looked at is not recorded: ${String(error)}`)
    }
    run.state = 'awaiting'
    if (run.endedBy) end(run, run.endedBy)
    else waitForAnswer(run)
  }

  function waitForAnswer(run: Run) {
    const reason = 'Nobody confirmed it within 10 minutes'
    run.expiry = setTimeout(() => void finish(run, { outcome: 'expired', reason }), CONFIRM_WITHIN_MS)
  }

  async function act(run: Run) {
    const { end: how, facts } = await command(run, run.argv, run.id)
    await finish(run, { ...ending(run, how), ...facts, ...measured(how) })
  }

  async function command(run: Run, argv: readonly string[], outputId: string) {
    const { id, sessionId, workspace, verb, stop } = run
    const output = createOutput(outputId, join(outputsOf(sessionId), outputId))
    const how = await runCommand({
      ...{ id, argv: enclose(id, argv), cwd: workspace, env: inherited },
      ...{ stop: stop.signal, output, endTree },
      timeoutMs: verb.timeout_seconds * 1000,
      onStarted(identity) {
        const { pid = null, startTime = null, bootId = null } = identity ?? {}
        try {
          table.setIdentity({ id, pid, start_time: startTime, boot_id: bootId })
        } catch (error) {
          onTrouble(`The pid of the verb ${verb.name} is not noted: ${String(error)}`) // its marker finds it
        }
      },
      onLive: (data) =>
        void recorder.record({ sessionId, turnId: null, events: [{ ...named(run), phase: 'output', data }] }),
    })
    run.survivors.push(...how.survivors)
    return { end: how, facts: output.end() }
  }

  /** Where it can't be contained it runs as it is: its marker finds what it starts. */
  function enclose(id: string, [file = '', ...args]: readonly string[]): string[] {
    try {
      const enclosed = containment.enclose(id, { file, args }, 'operator')
      return [enclosed.file, ...enclosed.args]
    } catch (error) {
      onTrouble(`A verb runs without a cgroup: ${String(error)}`)
      return [file, ...args]
    }
  }

  /** Ends a run: its process with all that it started, or its wait. */
  function end(run: Run, by: NonNullable<Run['endedBy']>, graceMs?: number) {
    run.endedBy ??= by
    if (run.state !== 'awaiting') return run.stop.abort({ graceMs } satisfies StopVerb)
    const { reason } = run.endedBy
    const outcome = run.endedBy.operator === 'console' ? 'interrupted' : 'cancelled'
    void finish(run, { outcome, ...(reason ? { reason } : {}) })
  }

  /** Writes the end of a run down, once. Never throws. */
  async function finish(run: Run, how: Partial<VerbEvent>) {
    if (!runs.delete(run.id)) return
    clearTimeout(run.expiry)
    run.settle.gone()
    const operator = run.endedBy?.operator ?? run.operator
    const left = run.survivors.length > 0 ? { survivors: run.survivors } : {}
    try {
      await recorder.record({
        ...{ sessionId: run.sessionId, turnId: null },
        events: [{ ...named(run), phase: 'ended', ...how, operator, ...left }],
        also: () => table.end(run.id, new Date().toISOString()),
      })
    } catch (error) {
      onTrouble(`The end of the verb ${run.verb.name} is not recorded: ${String(error)}`)
    }
    run.settle.finished()
  }

  async function sweepOne({ id, session_id: sessionId, name, state, ...row }: VerbRunRow) {
    const { pid, start_time, boot_id } = row
    const isKnown = pid !== null && start_time !== null && boot_id !== null
    const identity = isKnown ? { pid, startTime: start_time, bootId: boot_id } : null
    const survivors = await endTree(state === 'awaiting' ? null : identity, id, { graceMs: 500 })
    const event: VerbEvent = {
      ...{ kind: 'verb', name, run_id: id, phase: 'ended', operator: 'console', outcome: 'interrupted' },
      ...{ reason: 'The console that ran it had ended', ...(survivors.length > 0 ? { survivors } : {}) },
    }
    await recorder
      .record({
        sessionId,
        turnId: null,
        events: [event],
        also: () => table.end(id, new Date().toISOString()),
      })
      .catch((error: unknown) => onTrouble(`The end of the verb ${name} is not recorded: ${String(error)}`))
  }
}
