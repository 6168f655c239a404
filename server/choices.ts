// Driver, provider and model of a session: chosen among what there is, and changed while the conversation goes on.
import type { SessionRow } from '../db/sessions.ts'
import type { DriverName } from '../lib/api.ts'
import type { ChangedSession, ChangeSession } from '../lib/choice-api.ts'
import type { EventBody } from '../lib/events.ts'
import type { Driver } from './drivers/driver.ts'
import { BUILT_DRIVERS } from './drivers/drivers.ts'
import { HttpProblem, invalidField } from './http/problem.ts'
import type { Providers } from './providers.ts'
import type { Recorder } from './recorder.ts'
import type { LaunchOf } from './session-launch.ts'
import { isOver, viewSession } from './session-view.ts'
import type { Tables } from './tables.ts'
import { findSession, openSession } from './turn-refusals.ts'

type Choice = Pick<SessionRow, 'driver' | 'provider' | 'model'>

export type Choices = ReturnType<typeof createChoices>

export function createChoices(options: {
  tables: Tables
  recorder: Recorder
  driver: Driver
  providers: Providers
  launchOf: LaunchOf
}) {
  const { tables, recorder, driver, providers, launchOf } = options
  return {
    /** Whether a provider could be changed to. @throws HttpProblem as `change` */
    check(id: string, provider: string): void {
      choose(openSession(tables, id), { provider })
    },

    /**
     * Goes on with the same conversation in another way. A turn that runs ends as it began; the next one is run anew.
     *
     * @throws HttpProblem 400 naming what is allowed; 404; 409 `session_closed`, `drill_model`, `gateway_session`
     */
    change(id: string, input: ChangeSession, operator: string): ChangedSession {
      const session = openSession(tables, id)
      const choice = choose(session, input)
      const effective = session.running > 0 ? 'next_turn' : 'now'
      const events = changesOf(session, choice).map(
        (change): EventBody => ({
          ...{ kind: 'control', ...change, operator, effective },
          ...(input.reason ? { reason: input.reason } : {}),
        }),
      )
      if (events.length > 0) {
        recorder.recordNow({
          ...{ sessionId: id, turnId: null, events },
          also: () => tables.sessions.choose({ id, ...choice }),
        })
        // While a turn runs its end does this.
        if (effective === 'now') void prepareAnew(id)
      }
      return { ...viewSession(findSession(tables, id), tables), effective }
    },
  }

  function choose(session: SessionRow, { driver: name, provider, model }: ChangeSession): Choice {
    refuseFixed(session, provider !== undefined || model !== undefined)
    const chosen = provider === undefined ? session.provider : chooseProvider(providers, provider)
    return {
      driver: name === undefined ? session.driver : chooseDriver(name),
      provider: chosen,
      model: model === undefined ? keptModel(session, chosen) : model,
    }
  }

  /** A model was named for the provider of its time: another one that has a model of its own is asked for that. */
  function keptModel(session: SessionRow, provider: string): string | null {
    const isOther = provider !== session.provider
    return isOther && providers.byName(provider)?.model ? null : session.model
  }

  /** @throws HttpProblem 409 where somebody else has the choice */
  function refuseFixed(session: SessionRow, asksForModel: boolean) {
    if (session.drill && asksForModel) {
      const detail = 'A drill always asks the scripted model: open an incident to choose a provider'
      throw new HttpProblem(409, 'drill_model', detail)
    }
    if (tables.gatewaySessions.byId(session.id)) {
      const detail =
        'This session belongs to the pool of the gateway, which chooses by the configuration: open a session of your own'
      throw new HttpProblem(409, 'gateway_session', detail)
    }
  }

  async function prepareAnew(id: string) {
    await driver.release(id)
    const session = tables.sessions.byId(id)
    if (session?.closed_at === null && session.running === 0 && !isOver(session))
      driver.prepare(id, (resume) => launchOf(session, resume), tables.turns.countEnded(id))
  }
}

/** @throws HttpProblem 400 naming the drivers of this version */
export function chooseDriver(given: DriverName): DriverName {
  if (BUILT_DRIVERS.some((name) => name === given)) return given
  const detail = `The driver "${given}" is not in this version: use ${BUILT_DRIVERS.join(', ')}`
  throw invalidField('driver', detail)
}

/** @throws HttpProblem 400 naming the configured ones */
export function chooseProvider({ list, standard, byName }: Providers, given: string | undefined): string {
  if (given === undefined) return standard.name
  if (byName(given)) return given
  const names = list.map((each) => each.name).join(', ')
  throw invalidField('provider', `There is no provider "${given}": use one of ${names}`)
}

function changesOf(before: Choice, after: Choice) {
  return (['driver', 'provider', 'model'] as const).flatMap((what) =>
    before[what] === after[what]
      ? []
      : [{ action: `${what}_changed` as const, from: before[what], to: after[what] }],
  )
}
