// The provider ladder: sees a model fail, offers the next provider or takes it, and goes on with the conversation there.
import type { ProviderView } from '../../lib/choice-api.ts'
import type { EventBody, ModelFailure } from '../../lib/events.ts'
import type { Choices } from '../choices.ts'
import type { Driver, TurnRequest } from '../drivers/driver.ts'
import { HttpProblem } from '../http/problem.ts'
import type { Providers } from '../providers.ts'
import type { Recorder } from '../recorder.ts'
import type { Tables } from '../tables.ts'
import { findSession } from '../turn-refusals.ts'
import type { StartedTurn, Turns } from '../turns.ts'
import type { LadderConfig } from './ladder-config.ts'
import { createModelWatch, describeFailure, type Trouble } from './model-watch.ts'
import type { Probes } from './probes.ts'

const LOOK_MS = 500
/** What failed longer ago has been seen by somebody. */
const RESUMED_MS = 10 * 60_000
/** So many events after the end of a turn are looked through for an offer that was made. */
const LATER_EVENTS = 50

export type Ladder = ReturnType<typeof createLadder>

type Parts = { turns: Turns; choices: Choices }

/** @param parts asked for when a turn is gone on with: they are built after the ladder */
export function createLadder(options: {
  config: LadderConfig
  providers: Providers
  probes: Probes
  tables: Tables
  recorder: Recorder
  parts: () => Parts
  onFailure: (error: unknown) => void
}) {
  const { config, providers, probes, tables, recorder, parts, onFailure } = options
  /** Turns that are being gone on with, so that it happens once. */
  const going = new Map<string, Promise<StartedTurn>>()

  /** Runs turns with a look at their model: `session` and failed results name the provider. */
  function watched(driver: Driver): Driver {
    return {
      ...driver,
      async *run(request) {
        const { provider } = findSession(tables, request.sessionId)
        const watch = createModelWatch(config.patience_seconds * 1000)
        if (request.adopted) {
          const calls = request.adopted.openCalls.map(({ toolUseId }) => toolUseId)
          watch.resume(calls, performance.now())
        }
        const clock = isOnLadder(request.sessionId) ? lookAfter(request, provider, watch) : undefined
        try {
          for await (const batch of driver.run(request)) {
            const events = batch.events.map((event) => withProvider(event, provider))
            for (const event of events) {
              watch.take(event, performance.now())
              if (event.kind === 'result') tellProbes(provider, event)
            }
            yield { ...batch, events }
          }
        } finally {
          clearInterval(clock)
        }
      },
    }
  }

  /** Drills ask the scripted model, and a client of the gateway gets its error. */
  function isOnLadder(sessionId: string): boolean {
    const { provider } = findSession(tables, sessionId)
    const isAlone = providers.list.length < 2 || !providers.byName(provider)
    return config.on_failure !== 'off' && !isAlone && !tables.gatewaySessions.byId(sessionId)
  }

  /** Offers while the CLI still tries; takes when patience is at its end. */
  function lookAfter(
    { sessionId, turnId, stop }: TurnRequest,
    provider: string,
    watch: ReturnType<typeof createModelWatch>,
  ): NodeJS.Timeout {
    let told = false
    const clock = setInterval(() => {
      const trouble = stop.aborted ? null : watch.trouble(performance.now())
      if (trouble === null) told = false
      if (trouble === null || told || (config.on_failure === 'take' && !trouble.lasting)) return
      told = true
      probes.told(provider, trouble.failure)
      void meet(sessionId, turnId, provider, trouble).catch(onFailure)
    }, LOOK_MS)
    clock.unref()
    return clock
  }

  function tellProbes(
    provider: string,
    { outcome, model_failure }: { outcome: string; model_failure?: ModelFailure | undefined },
  ) {
    if (model_failure) probes.told(provider, model_failure)
    else if (outcome === 'success') probes.told(provider, null)
  }

  async function meet(
    sessionId: string,
    turnId: string,
    from: string,
    { failure, why }: Pick<Trouble, 'failure' | 'why'>,
  ) {
    const takes = config.on_failure === 'take'
    const next = await chooseNext(from, takes)
    const reason = `${from} ${why}`
    if (next === null) return tell(sessionId, turnId, { action: 'no_provider_left', from, failure, reason })
    if (!takes)
      return tell(sessionId, turnId, { action: 'provider_offered', from, to: next.name, failure, reason })
    await goOn(sessionId, turnId, next.name, 'console', reason)
  }

  /**
   * The next rung that answers. What is offered may stand above, for a person decides; what is taken stands below, so
   * that the console never goes in circles.
   */
  async function chooseNext(from: string, onlyBelow: boolean): Promise<ProviderView | null> {
    const names = providers.list.map(({ name }) => name)
    const at = names.indexOf(from)
    const rungs = [...names.slice(at + 1), ...(onlyBelow ? [] : names.slice(0, Math.max(0, at)))]
    const views = await Promise.all(rungs.map(probes.of))
    return views.find(({ state }) => state === 'answers') ?? null
  }

  /** Told within the turn while it runs; after its end, which is its last event, beside it. */
  async function tell(
    sessionId: string,
    turnId: string,
    fields: { action: string; [field: string]: unknown },
  ) {
    const runs = tables.turns.runningOf(sessionId)?.id === turnId
    const event: EventBody = { kind: 'control', operator: 'console', of_turn: turnId, ...fields }
    recorder.recordNow({ sessionId, turnId: runs ? turnId : null, events: [event] })
  }

  async function goOnOnce(sessionId: string, turnId: string, to: string, operator: string, reason: string) {
    const { turns, choices } = parts()
    choices.check(sessionId, to)
    const turn = tables.turns.byId(turnId)
    if (turn?.session_id !== sessionId)
      throw new HttpProblem(404, 'no_such_turn', `There is no turn ${turnId} in this session`)
    if (tables.turns.runningOf(sessionId)?.id === turnId) {
      await turns.stop(sessionId, operator)
      await turns.over(turnId)
    }
    const begun = tables.turns.ofSession(sessionId).filter(({ state }) => state !== 'queued')
    const last = begun.at(-1)
    // A second request finds the turn that the first one has started.
    if (last?.idempotency_key === keyOf(turnId)) return { turn_id: last.id, state: last.state }
    if (last?.id !== turnId) {
      const detail = 'Another turn has begun since: change the provider, then send a prompt'
      throw new HttpProblem(409, 'turn_passed', detail, { turn_id: last?.id ?? null })
    }
    if (last.outcome === 'success') {
      const detail = 'The turn has succeeded meanwhile: there is nothing to go on with'
      throw new HttpProblem(409, 'turn_succeeded', detail)
    }
    choices.change(sessionId, { provider: to, reason }, operator)
    return turns.start(sessionId, operator, promptFor(turn), { key: keyOf(turnId) })
  }

  /** A prompt whose tools have run is not given again: another model could run them a second time. */
  function promptFor({ id, session_id, prompt }: { id: string; session_id: string; prompt: string }): string {
    const hasActed = tables.events.ofTurn(session_id, id).some(({ kind }) => kind === 'tool')
    return hasActed ? GO_ON : prompt
  }

  function goOn(sessionId: string, turnId: string, to: string, operator: string, reason: string) {
    const known = going.get(turnId)
    if (known) return known
    const started = goOnOnce(sessionId, turnId, to, operator, reason).finally(() => going.delete(turnId))
    going.set(turnId, started)
    return started
  }

  /** Where the model of the last turn has failed, the next provider is offered or taken, once. Never throws. */
  async function turnEnded(sessionId: string): Promise<void> {
    try {
      const turn = tables.turns.lastEnded(sessionId)
      if (turn?.outcome !== 'error' || !isOnLadder(sessionId)) return
      const events = tables.events.ofTurn(sessionId, turn.id)
      const result = events.at(-1)
      if (result?.kind !== 'result' || !result.model_failure || going.has(turn.id)) return
      const later = tables.events.after(sessionId, result.seq, LATER_EVENTS)
      const wasTold = (action: string) =>
        [...events, ...later].some((event) => event.kind === 'control' && event.action === action)
      if (wasTold('no_provider_left')) return
      if (wasTold('provider_offered') && config.on_failure === 'offer') return
      const { model_failure: failure } = result
      const from = result.provider ?? findSession(tables, sessionId).provider
      await meet(sessionId, turn.id, from, { failure, why: describeFailure(failure) })
    } catch (error) {
      onFailure(error)
    }
  }

  return {
    watched,
    mode: config.on_failure,
    turnEnded,

    /** At boot: what the console before did not come to offer or take, since it ended before. Never rejects. */
    async resume(): Promise<void> {
      const since = new Date(Date.now() - RESUMED_MS).toISOString()
      for (const sessionId of tables.turns.failedSince(since)) {
        const { closed_at, running, queued } = findSession(tables, sessionId)
        if (closed_at === null && running + queued === 0) await turnEnded(sessionId)
      }
    },

    /**
     * Goes on with another provider: stops the turn if it still runs, then runs its prompt again, or, where it has run
     * tools, goes on from where the conversation stands. A second request for the same turn gets the first one's answer.
     *
     * @throws HttpProblem 400 naming the providers; 404; 409 `turn_passed`, `turn_succeeded`, and what a prompt is refused for
     */
    goOn: (
      sessionId: string,
      { turn_id, provider }: { turn_id: string; provider: string },
      operator: string,
    ) => goOn(sessionId, turn_id, provider, operator, 'To go on after the model failed'),
  }
}

const GO_ON =
  '[Note of the console: the model that worked on this has failed, and you take over. What stands above has been done: do not run it again, and check its effect before you rely on it.]\n\nGo on from here.'

function keyOf(turnId: string): string {
  return `go-on-${turnId}`
}

function withProvider(event: EventBody, provider: string): EventBody {
  const names = event.kind === 'session' || (event.kind === 'result' && event.model_failure)
  return names ? { ...event, provider } : event
}
