// The time box of each session: warned of before its end, ended with a grace, extended with a reason.
import type { SessionTotals } from '../db/sessions.ts'
import type { SessionView } from '../lib/api.ts'
import { formatPlural } from '../lib/format.ts'
import { type ExtendSession, TIME_BOX_MAX_MINUTES } from '../lib/time-box-api.ts'
import type { Config } from './config.ts'
import type { Driver } from './drivers/driver.ts'
import { HttpProblem } from './http/problem.ts'
import type { MovingEnds } from './moving-ends.ts'
import type { Recorder } from './recorder.ts'
import type { LaunchOf } from './session-launch.ts'
import { viewSession } from './session-view.ts'
import type { Tables } from './tables.ts'
import { openSession } from './turn-refusals.ts'
import type { Turns } from './turns.ts'

/** Looked at by the rows, so that neither a restart nor a sleeping host loses an end; a clock that is set moves them. */
const LOOK_MS = 1_000
const MINUTE_MS = 60_000

export type TimeBox = ReturnType<typeof startTimeBox>

/** Begins to look at the ends of all open sessions. What it has told stands in the rows, so each is told once. */
export function startTimeBox(options: {
  tables: Tables
  recorder: Recorder
  turns: Turns
  driver: Driver
  launchOf: LaunchOf
  ends: Pick<MovingEnds, 'now'>
  limits: Pick<Config['limits'], 'time_box_warning_minutes' | 'time_box_grace_minutes'>
}) {
  const { tables, recorder, turns, driver, launchOf, ends, limits } = options
  const { time_box_warning_minutes: warningMinutes, time_box_grace_minutes: graceMinutes } = limits
  const timer = setInterval(look, LOOK_MS).unref()
  look()

  function look() {
    const now = ends.now()
    try {
      const soon = tables.sessions.endingBefore(new Date(now + warningMinutes * MINUTE_MS).toISOString())
      for (const session of soon) lookAt(session, Date.parse(session.ends_at ?? '') - now)
    } catch {
      // A database that is full or held is told of elsewhere; the next look comes in a second.
    }
  }

  function lookAt(session: SessionTotals, leftMs: number) {
    const { id, time_box_told: told } = session
    if (leftMs > 0) {
      if (told === 'nothing') tell(session, 'warning')
      return
    }
    // First the stop, then the record: a full disk must not keep anything running.
    if (session.running > 0 && -leftMs >= graceMinutes * MINUTE_MS) {
      const reason = `The time box of the session ended at ${clock(session)} and the grace of ${formatPlural(graceMinutes, 'minute')} is over`
      turns.stopWhere((turn) => turn.session_id === id, { outcome: 'timeout', by: 'console', reason })
    }
    if (told === 'end') return
    tell(session, 'end')
    if (session.running === 0) void driver.release(id)
  }

  function tell(session: SessionTotals, what: 'warning' | 'end') {
    const { id, ends_at, queued, running } = session
    const action = what === 'warning' ? 'time_box_warning' : 'time_box_over'
    const reason = what === 'warning' ? `It ends at ${clock(session)}` : afterTheEnd(queued, running > 0)
    recorder.recordNow({
      sessionId: id,
      turnId: null,
      events: [{ kind: 'control', action, operator: 'console', reason, ends_at }],
      also() {
        tables.sessions.setTimeBoxTold(id, what)
        if (what === 'end' && queued > 0) tables.sessions.setHeld(id, true)
      },
    })
  }

  function afterTheEnd(queued: number, runs: boolean): string {
    const words = ['No new turn starts until it is extended']
    if (runs) words.push(`the one that runs is stopped in ${formatPlural(graceMinutes, 'minute')}`)
    if (queued > 0) words.push(`${formatPlural(queued, 'queued prompt')} held`)
    return words.join('; ')
  }

  return {
    /**
     * Gives a session more time: from its end, or from now where that has passed. What is held stays held.
     * @throws HttpProblem 404 `no_such_session`; 409 `session_closed`, `no_time_box`; 400 where the new end is too far off
     */
    extend(id: string, { minutes, reason }: ExtendSession, operator: string): SessionView {
      const now = ends.now()
      const session = openSession(tables, id)
      if (session.ends_at === null) {
        const detail = 'This session has no time box: the program that opened it ends it'
        throw new HttpProblem(409, 'no_time_box', detail)
      }
      const from = Math.max(now, Date.parse(session.ends_at))
      const end = from + minutes * MINUTE_MS
      if (end > now + TIME_BOX_MAX_MINUTES * MINUTE_MS) throw tooFar(from - now)
      const ends_at = new Date(end).toISOString()
      recorder.recordNow({
        sessionId: id,
        turnId: null,
        events: [{ kind: 'control', action: 'extended', operator, reason, minutes, ends_at }],
        also: () => tables.sessions.setEnd(id, ends_at),
      })
      if (session.running === 0)
        driver.prepare(id, (resume) => launchOf(session, resume), tables.turns.countEnded(id))
      return viewSession(tables.sessions.byId(id) ?? session, tables)
    },

    close: () => clearInterval(timer),
  }
}

function clock({ ends_at }: SessionTotals): string {
  return `${ends_at?.slice(11, 16)} UTC`
}

function tooFar(leftMs: number): HttpProblem {
  const most = Math.max(0, TIME_BOX_MAX_MINUTES - Math.ceil(leftMs / MINUTE_MS))
  const detail = `The session would run on for over 24 hours: add at most ${most} minutes now`
  return new HttpProblem(400, 'invalid_input', detail, { fields: { minutes: detail } })
}
