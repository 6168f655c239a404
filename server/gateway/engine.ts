// What the pool stands on: sessions of the record, whichever driver runs them.
import { stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { DriverName, SessionView } from '../../lib/api.ts'
import { isTerminal } from '../../lib/event-checks.ts'
import type { BodyOf, StreamEvent } from '../../lib/events.ts'
import type { Channel } from '../channel.ts'
import { findTranscript } from '../claude/transcript.ts'
import type { DataDirectory } from '../data-directory.ts'
import type { Sessions } from '../sessions.ts'
import type { Tables } from '../tables.ts'
import type { Turns } from '../turns.ts'
import { ApiError } from './api-error.ts'
import type { CanonicalMessage } from './canonical.ts'
import { type Fold, foldTurn } from './fold.ts'
import type { GatewayConfig } from './gateway-config.ts'
import type { ModelChoice } from './models.ts'
import type { Personas } from './personas.ts'
import { concatPrompt, seedTranscript } from './seed.ts'

export type Terminal = BodyOf<'result'> | BodyOf<'error'>

export type Opening = {
  operator: string
  system: string | null
  choice: ModelChoice
  /** The history that the session is to know, tool cycles included. */
  messages: readonly CanonicalMessage[]
  reason: string
  title: string
}

export type Opened = {
  sessionId: string
  /** What the first prompt has to look like, so that the session knows its history. */
  wrapPrompt: (prompt: string) => string
  /** Where in its transcript the session's own turns begin, in bytes. */
  offset: number
}

export type Engine = ReturnType<typeof createEngine>

/** @param claudeVersion of the CLI, for the transcripts that are written for it */
export function createEngine(options: {
  config: GatewayConfig
  driver: DriverName
  sessions: Sessions
  turns: Turns
  channel: Channel
  tables: Tables
  data: DataDirectory
  personas: Personas
  claudeVersion: () => Promise<string>
}) {
  const { config, driver, sessions, turns, channel, tables, data, personas, claudeVersion } = options

  const transcriptOf = (sessionId: string) => () =>
    findTranscript(data.claudeConfig, data.session(sessionId).workspace, sessionId)

  return {
    /**
     * Opens a session of the record that knows a history.
     * @throws HttpProblem or Error when it can't be opened or seeded
     */
    async open({ operator, system, choice, messages, reason, title }: Opening): Promise<Opened> {
      const isNative = config.seeding === 'native_jsonl'
      let path: string | null = null
      const input = {
        ...{ reason, title, driver, provider: choice.provider },
        ...(choice.model === null ? {} : { model: choice.model }),
        kind: 'incident' as const,
        minutes: 120,
      }
      const session = await sessions.open(input, operator, {
        endless: true,
        async beforeStart({ workspace, cli_session_id }) {
          if (messages.length === 0) return []
          if (isNative) {
            const seeded = await seedTranscript({
              configDirectory: data.claudeConfig,
              realCwd: workspace,
              cliSessionId: cli_session_id,
              claudeVersion: await claudeVersion(),
              model: choice.model,
              messages,
              nowMs: Date.now(),
            })
            path = seeded
            if (seeded)
              for (const own of [dirname(dirname(seeded)), dirname(seeded), seeded]) data.agent?.giveOne(own)
          }
          const reason = `The session begins with ${messages.length} messages that its client brought along`
          return [
            {
              kind: 'control',
              action: 'seeded',
              operator: 'console',
              reason,
              seeding: config.seeding,
              messages: messages.length,
            },
          ]
        },
        also: (id) => tables.gatewaySessions.insert(id, system),
      })
      return {
        sessionId: session.id,
        wrapPrompt: (prompt) => (isNative ? prompt : concatPrompt(messages, prompt)),
        offset: path === null ? 0 : (await stat(path)).size,
      }
    },

    /**
     * Starts a turn.
     *
     * @param onEvent sees every event of the turn but the terminal one, in order; must not throw
     * @returns a promise of the terminal event, which never rejects
     * @throws HttpProblem when it can't be started, ApiError 529 when it would have to wait for its turn
     */
    run(
      sessionId: string,
      operator: string,
      prompt: string,
      onEvent: (event: StreamEvent) => void,
    ): Promise<Terminal> {
      let turnId: string | null = null
      let settle: (terminal: Terminal) => void = () => {}
      const ended = new Promise<Terminal>((resolve) => {
        settle = resolve
      })
      const unsubscribe = channel.subscribe(sessionId, (events) => {
        for (const event of events) {
          if (turnId === null || !('turn_id' in event) || event.turn_id !== turnId) continue
          if ((event.kind === 'result' || event.kind === 'error') && isTerminal(event)) settle(event)
          else onEvent(event)
        }
      })
      try {
        const started = turns.start(sessionId, operator, prompt)
        turnId = started.turn_id
        if (started.state === 'queued') {
          turns.removeQueued(sessionId, turnId, operator)
          throw new ApiError(
            'overloaded_error',
            'The console runs as many turns as it may: try again later',
            {
              'retry-after': '10',
            },
          )
        }
      } catch (error) {
        unsubscribe()
        throw error
      }
      return ended.finally(unsubscribe)
    },

    /** Asks a session's running turn to stop. Never throws. */
    async stop(sessionId: string, operator: string): Promise<void> {
      await turns.stop(sessionId, operator).catch(() => undefined)
    },

    /** Whether nobody but the pool has used the session: an operator may go on with it in the page. */
    isUntouched(sessionId: string, ownTurns: number): boolean {
      const session = tables.sessions.byId(sessionId)
      return session?.closed_at === null && session.running === 0 && session.turns === ownTurns
    },

    /** What a turn has added to the transcript. Never rejects. */
    fold: (sessionId: string, offset: number, messageId: string | null): Promise<Fold> =>
      foldTurn(transcriptOf(sessionId), offset, messageId, config.transcript_seconds * 1000),

    /** Closes a session and ends its processes. @throws HttpProblem 409 while a turn runs */
    async close(
      sessionId: string,
      outcome: 'resolved' | 'abandoned',
      summary: string,
      operator: string,
    ): Promise<SessionView> {
      try {
        return await sessions.close(sessionId, outcome, summary, operator)
      } finally {
        personas.end(sessionId)
      }
    },

    /** Leaves a session to the operator who has taken it up in the page. */
    leave: (sessionId: string) => personas.end(sessionId),

    /** Those that an earlier console has left in its pool. */
    left: () => tables.gatewaySessions.open(),
    isRunning: (sessionId: string) => tables.turns.runningOf(sessionId) !== null,
  }
}
