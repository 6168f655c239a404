// The kill switch: while it is engaged nothing runs and nothing starts. It needs neither model nor disk.
import type { KillsTable } from '../../db/kills.ts'
import type { KillView } from '../../lib/kill-api.ts'
import type { Survivor } from '../claude/process-tree.ts'
import { HttpProblem } from '../http/problem.ts'
import type { Recorder } from '../recorder.ts'
import type { Order, Sentinel } from './sentinel.ts'

/** How often the files are looked for. A watch would fire at every write of the record beside them. */
const LOOK_MS = 250
/** How often what survived is tried again. */
const AGAIN_MS = 5_000
/** Node itself uses SIGUSR1. */
const KILL_SIGNAL = 'SIGUSR2'

/** What was stopped; `survivors` settles when all has been tried. */
export type Stopping = {
  stopped: KillView['stopped']
  /** In which anything ran or waited. */
  sessions: { id: string; also?: () => void }[]
  survivors: Promise<Survivor[]>
}

/** Sends the signals before it returns. Contract: never throws, its promise never rejects. */
export type StopEverything = (order: Order) => Stopping

type Engaged = {
  order: Order
  stopped: KillView['stopped']
  sessions: Set<string>
  survivors: Survivor[] | null
  sweep: Promise<void> | null
  sweptAt: number
}

export type KillSwitch = ReturnType<typeof createKillSwitch>

/**
 * @param show masks what people are shown of it
 * @param onChange called when it is engaged, lifted, or something else of its view has changed
 */
export function createKillSwitch(options: {
  sentinel: Sentinel
  table: KillsTable
  recorder: Recorder
  show: <T>(value: T) => T
  onChange: () => void
  onTrouble: (problem: string) => void
}) {
  const { sentinel, table, recorder, show, onChange, onTrouble } = options
  let stopEverything: StopEverything | null = null
  let engaged: Engaged | null = takeOver()
  /** What the record does not have yet. */
  let unsaved: (() => void) | null = null
  let timer: NodeJS.Timeout | undefined
  const onSignal = () => {
    const by = `the signal ${KILL_SIGNAL}`
    void engage({ by, at: new Date().toISOString(), reason: null })
  }

  /** What an earlier console, or a command while none ran, has left. Only a lift disengages, not the loss of the file. */
  function takeOver(): Engaged | null {
    const row = attempt(table.open)
    if (!row && !sentinel.isThere()) return null
    const order = row
      ? { by: row.operator, at: row.engaged_at, reason: row.reason }
      : (sentinel.read() ?? { by: 'the file KILL', at: new Date().toISOString(), reason: null })
    return {
      order,
      stopped: row ? JSON.parse(row.stopped) : { turns: 0, terminals: 0, processes: 0 },
      sessions: new Set(row ? (JSON.parse(row.sessions) as string[]) : []),
      ...{ survivors: null, sweep: null, sweptAt: 0 },
    }
  }

  /**
   * Stops everything; where it is engaged already, once more. The processes first, then the record.
   * @returns when all has been tried. Never rejects
   */
  async function engage(order: Order): Promise<KillView> {
    engaged ??= {
      ...{ order, stopped: { turns: 0, terminals: 0, processes: 0 }, sessions: new Set<string>() },
      ...{ survivors: null, sweep: null, sweptAt: 0 },
    }
    const state = engaged
    state.sweep ??= sweep(state).finally(() => {
      state.sweep = null
      onChange()
    })
    sentinel.write(state.order)
    onChange()
    await state.sweep
    return view()
  }

  async function sweep(state: Engaged): Promise<void> {
    if (!stopEverything) return
    const { order } = state
    const { stopped, sessions, survivors } = stopEverything(order)
    if (state.sessions.size + total(state.stopped) === 0) state.stopped = stopped
    for (const { id, also } of sessions) {
      if (state.sessions.has(id)) continue
      state.sessions.add(id)
      tell(
        id,
        { action: 'killed', operator: order.by, ...(order.reason ? { reason: order.reason } : {}) },
        also,
      )
    }
    save(state)
    state.survivors = await survivors
    state.sweptAt = performance.now()
    if (engaged === state) save(state)
  }

  /**
   * Lets things start again.
   * @throws Error when the file can't be taken away: it stays engaged then
   */
  function lift(order: Order): KillView {
    sentinel.remove()
    if (!engaged) return view()
    const { sessions } = engaged
    engaged = null
    store(() => table.lift({ lifted_at: order.at, lifted_by: order.by }))
    const reason = order.reason ? { reason: order.reason } : {}
    for (const id of sessions) tell(id, { action: 'kill_lifted', operator: order.by, ...reason })
    onChange()
    return view()
  }

  function look() {
    const order = sentinel.readLift()
    if (order) {
      attempt(() => lift(order))
    } else if (engaged) {
      const { survivors, sweptAt, sweep: sweeping } = engaged
      sentinel.write(engaged.order) // the way to lift it is another
      const isLeft = survivors !== null && survivors.length > 0
      if (isLeft && !sweeping && performance.now() - sweptAt > AGAIN_MS) void engage(engaged.order)
    } else if (sentinel.isThere()) {
      void engage(sentinel.read() ?? { by: 'the file KILL', at: new Date().toISOString(), reason: null })
    }
    if (unsaved) store(unsaved)
  }

  function view(): KillView {
    return show({
      engaged: engaged !== null,
      by: engaged?.order.by ?? null,
      at: engaged?.order.at ?? null,
      reason: engaged?.order.reason ?? null,
      sweeping: engaged !== null && engaged.sweep !== null,
      survivors: engaged?.survivors ?? [],
      stopped: engaged?.stopped ?? { turns: 0, terminals: 0, processes: 0 },
    })
  }

  function save({ order, stopped, sessions, survivors }: Engaged) {
    store(() =>
      table.save({
        ...{ engaged_at: order.at, operator: order.by, reason: order.reason },
        sessions: JSON.stringify([...sessions]),
        stopped: JSON.stringify(stopped),
        survivors: survivors && JSON.stringify(survivors),
      }),
    )
  }

  /** What finds no space is tried again; what came before it is in it, or no longer true. */
  function store(write: () => void) {
    unsaved = null
    try {
      write()
    } catch {
      unsaved = write
    }
  }

  function tell(
    sessionId: string,
    told: { action: string; operator: string; reason?: string },
    also?: () => void,
  ) {
    const entry = { sessionId, turnId: null, events: [{ kind: 'control' as const, ...told }] }
    recorder
      .record({ ...entry, ...(also ? { also } : {}) })
      .catch((error: unknown) =>
        onTrouble(`A kill is not recorded in the session ${sessionId}: ${String(error)}`),
      )
  }

  function attempt<T>(action: () => T): T | null {
    try {
      return action()
    } catch (error) {
      onTrouble(String(error))
      return null
    }
  }

  return {
    /**
     * Whatever starts a process asks this before, and once more when it has started.
     * @throws HttpProblem 503 `killed` while the switch is engaged, from the moment the file is there
     */
    refuse(): void {
      if (!engaged && sentinel.isThere()) look()
      if (engaged) throw killed(show(engaged.order))
    },
    isEngaged: () => engaged !== null || sentinel.isThere(),
    engage,
    lift,
    view,

    /** From now on the signal and the files are heeded; what is engaged already stops what was taken up. */
    arm(stop: StopEverything): void {
      stopEverything = stop
      process.on(KILL_SIGNAL, onSignal)
      timer = setInterval(look, LOOK_MS).unref()
      if (engaged && !sentinel.readLift()) void engage(engaged.order)
      look()
    },

    /** A signal that comes later ends nothing by accident: it is heeded no more, and not deadly. */
    close(): void {
      clearInterval(timer)
    },
  }
}

function total({ turns, terminals, processes }: KillView['stopped']): number {
  return turns + terminals + processes
}

function killed({ by, at, reason }: Order): HttpProblem {
  const why = reason ? `: ${reason}` : ''
  return new HttpProblem(
    503,
    'killed',
    `The kill switch was engaged by ${by} at ${at}${why}. Nothing starts until an admin lifts it, in the page or on the host with "breakglass kill --lift"`,
    { by, at, reason },
  )
}
