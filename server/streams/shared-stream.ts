// The stream that all tabs of a browser share: any number of sessions, and what changes in the lists.
import type { SharedFrame } from '../../lib/api.ts'
import type { RecordedEvent } from '../../lib/events.ts'
import type { ViewerChannel } from '../channel.ts'
import type { Follower, From } from '../terminal/terminal.ts'
import { followSession } from './follow-session.ts'
import type { Presence } from './presence.ts'
import type { Sink, Source } from './sse.ts'

/** Sessions that one browser may follow at once. */
export const SHARED_SESSIONS_MAX = 50
/** Terminals that one browser may follow at once. */
export const SHARED_TERMINALS_MAX = 24
/** Changes of lists are told at most this often. */
const CHANGES_PAUSE_MS = 250

export type Position = { sessionId: string; after: number }
export type TerminalPosition = { terminalId: string; from: From }

/** @param server names this run of the console, so that a client sees a restart */
export function sharedSource(
  sink: Sink,
  record: {
    channel: ViewerChannel
    eventsAfter: (sessionId: string, seq: number, limit: number) => RecordedEvent[]
    headOf: (sessionId: string) => number
    presence: Presence
    followTerminal: (id: string, operator: string, follower: Follower, from: From) => Source | null
  },
  who: { server: string; operator: string },
  positions: readonly Position[],
  terminals: readonly TerminalPosition[] = [],
): Source {
  const { channel, presence } = record
  const send = (frame: SharedFrame) => sink.send(JSON.stringify(frame))
  send({ hello: { server: who.server } })

  const followers = positions.map(({ sessionId, after }) =>
    followSession({
      ...record,
      sessionId,
      after,
      hasRoom: sink.hasRoom,
      emit: (event) => send({ session: sessionId, event }),
    }),
  )
  const screens = terminals.flatMap(({ terminalId: terminal, from }) => {
    const follower: Follower = {
      hasRoom: sink.hasRoom,
      send: (frame, offset) => send({ terminal, offset, frame }),
    }
    const source = record.followTerminal(terminal, who.operator, follower, from)
    if (!source) send({ terminal, offset: 0, frame: { exit_code: null, reason: null } })
    return source ?? []
  })
  const leave = positions.map(({ sessionId }) =>
    presence.enter(sessionId, who.operator, (watching) => {
      if (sink.hasRoom()) send({ session: sessionId, watching })
    }),
  )
  let timer: NodeJS.Timeout | null = null
  const unsubscribe = channel.subscribeChanges(() => {
    timer ??= setTimeout(() => {
      timer = null
      if (sink.hasRoom()) send({ changed: 'sessions' })
    }, CHANGES_PAUSE_MS)
  })

  return {
    pump() {
      for (const each of [...followers, ...screens]) each.pump()
    },
    close() {
      if (timer) clearTimeout(timer)
      unsubscribe()
      for (const each of [...followers, ...screens]) each.close()
      for (const each of leave) each()
    },
  }
}

/** The sessions that a request for this stream is about; what is malformed is about none that exists. */
export function aboutStream({
  runtime,
  url,
}: {
  runtime: { terminals: { find(id: string): { session_id: string } | null } }
  url: URL
}): string[] {
  const positions = readPositions(url.searchParams.getAll('at'))
  const terminals = readTerminalPositions(url.searchParams.getAll('term'))
  if (!positions || !terminals) return ['']
  return [
    ...positions.map(({ sessionId }) => sessionId),
    ...terminals.map(({ terminalId }) => runtime.terminals.find(terminalId)?.session_id ?? ''),
  ]
}

/**
 * Reads `?at=SESSION:SEQ&at=…`.
 * @returns null when one is malformed or there are too many
 */
export function readPositions(values: readonly string[]): Position[] | null {
  const positions = values.flatMap((value) => {
    const [, sessionId, after] = /^([0-9a-f-]{36}):(\d{1,15})$/.exec(value) ?? []
    return sessionId ? [{ sessionId, after: Number(after) }] : []
  })
  return positions.length === values.length && positions.length <= SHARED_SESSIONS_MAX ? positions : null
}

/**
 * Reads `?term=TERMINAL:OFFSET&term=TERMINAL:now…`.
 * @returns null when one is malformed or there are too many
 */
export function readTerminalPositions(values: readonly string[]): TerminalPosition[] | null {
  const positions = values.flatMap((value) => {
    const [, terminalId, from] = /^([0-9a-f-]{36}):(\d{1,15}|now)$/.exec(value) ?? []
    return terminalId ? [{ terminalId, from: from === 'now' ? ('now' as const) : Number(from) }] : []
  })
  return positions.length === values.length && positions.length <= SHARED_TERMINALS_MAX ? positions : null
}
