// The pool: live sessions found by the history that their clients know.
import { setTimeout as sleep } from 'node:timers/promises'
import { ApiError } from './api-error.ts'
import type { CanonicalMessage } from './canonical.ts'
import type { Engine, Opened } from './engine.ts'
import { fingerprint, sequence } from './fingerprint.ts'
import type { GatewayConfig } from './gateway-config.ts'
import type { Histories } from './histories.ts'
import type { MessagesRequest } from './messages-request.ts'
import type { ModelChoice } from './models.ts'
import { type Client, runConversationTurn, type TurnEnd } from './pool-turn.ts'

/** How long the end of a turn waits for the transcript to say why the model stopped. */
const STOP_REASON_MS = 300
/** At a shutdown: how long turns that are stopped, and sessions that are closed, are waited for. */
const CLOSE_MS = 5_000
/** A turn that does not stop is killed long before this. */
const CLOSE_WAIT_MS = 120_000

/** One request: what is asked, by whom. */
export type Asked = MessagesRequest & { operator: string; choice: ModelChoice }

type Live = Opened & {
  state: 'starting' | 'in_turn' | 'idle'
  operator: string
  model: string
  system: string | null
  /** Of the conversation as the client has received it. */
  fingerprint: string
  /** The same, where the history is kept for seeding. */
  kept: string | null
  /** The whole conversation, tool cycles included. */
  messages: CanonicalMessage[]
  turns: number
  /** Wall milliseconds of the last change of `state`. */
  since: number
  /** Settles when the turn before is folded back. */
  folded: Promise<unknown>
  idleTimer: NodeJS.Timeout | undefined
}

export type Pool = ReturnType<typeof createPool>

/** @param onProblem told what could not be closed or kept: no request waits for it */
export function createPool(options: {
  config: GatewayConfig
  engine: Engine
  histories: Histories
  onProblem: (problem: string) => void
}) {
  const { config, engine, histories, onProblem } = options
  const lives = new Set<Live>()
  /** Sessions that are being closed. */
  const leaving = new Set<string>()
  let closing = false

  return {
    /**
     * Runs one turn of a conversation: in the live session that knows its history, else in a new one.
     *
     * Contract: a session whose turn failed or was given up is closed and never used again.
     * @throws ApiError what the client is to be told
     */
    async run(asked: Asked, client: Client): Promise<TurnEnd> {
      if (closing)
        throw new ApiError('overloaded_error', 'The console is stopping: try again when it is back')
      const fingerprints = sequence(asked.operator, asked.history)
      const taken = takeIdle(asked, fingerprints.at(-1) ?? '')
      const live = taken ?? (await start(asked, fingerprints))
      const entrance = taken ? 'hit' : live.messages.length > 0 ? 'seeded' : 'new'
      try {
        await live.folded
        const prompt = live.turns === 0 ? live.wrapPrompt(asked.prompt) : asked.prompt
        const watched = { ...client, onOpen: () => client.onOpen(live.sessionId, entrance) }
        const end = await runConversationTurn(engine, config, { live, prompt, client: watched })
        live.turns += 1
        const folded = foldBack(live, asked, end)
        live.folded = folded
        const stopReason = await Promise.race([folded, sleep(STOP_REASON_MS, null)])
        rest(live)
        return { ...end, stopReason: stopReason ?? end.stopReason }
      } catch (error) {
        drop(live, 'abandoned', `The turn ended with: ${(error as Error).message}`)
        throw error
      }
    },

    /** All sessions in the pool, the longest unchanged first. */
    list: () =>
      [...lives]
        .sort((a, b) => a.since - b.since)
        .map(({ sessionId, state, operator, model, fingerprint: of, turns, since }) => ({
          session_id: sessionId,
          ...{ state, operator, model, fingerprint: of, turns },
          since: new Date(since).toISOString(),
        })),

    /** At boot: closes what an earlier console has left; its clients have gone. Never rejects. */
    async closeLeft(): Promise<void> {
      await Promise.all(
        engine.left().map(async (sessionId) => {
          await engine.stop(sessionId, 'console')
          const giveUpAt = performance.now() + config.stop_seconds * 1000
          while (engine.isRunning(sessionId) && performance.now() < giveUpAt) await sleep(100)
          const summary = 'The console was started again: the next request begins a session with this history'
          await close(sessionId, 'abandoned', summary, 'console')
        }),
      )
    },

    /** Closes what is idle; what is in a turn closes when that ends. */
    empty(why: string): void {
      for (const live of lives) if (live.state === 'idle') void drop(live, 'abandoned', why)
    },

    /** Stops turns, closes sessions. What takes too long is closed at the next boot. */
    async close(): Promise<void> {
      closing = true
      for (const live of lives) if (live.state === 'in_turn') void engine.stop(live.sessionId, 'console')
      for (const live of lives)
        if (live.state === 'idle') void drop(live, 'resolved', 'The console was stopped')
      // Turns end by themselves now that they are stopped, and take their sessions out of the pool.
      const giveUpAt = performance.now() + CLOSE_MS
      while (lives.size + leaving.size > 0 && performance.now() < giveUpAt) await sleep(20)
    },
  }

  /** Of two requests with the same history the first one takes the session. */
  function takeIdle(asked: Asked, history: string): Live | null {
    for (const live of lives) {
      if (live.state !== 'idle' || live.fingerprint !== history || live.turns === 0) continue
      if (live.model !== asked.model || live.system !== asked.system) continue
      if (!engine.isUntouched(live.sessionId, live.turns)) {
        // Somebody has taken it up, or closed it, in the page: it is theirs.
        forget(live)
        engine.leave(live.sessionId)
        continue
      }
      enter(live, 'in_turn')
      return live
    }
    return null
  }

  async function start(asked: Asked, fingerprints: readonly string[]): Promise<Live> {
    makeRoom()
    const { operator, model, system, choice, history } = asked
    const { messages, isWhole } = histories.recall(fingerprints, history)
    const live: Live = {
      ...{ state: 'starting', operator, model, system, messages, turns: 0, offset: 0, sessionId: '' },
      fingerprint: fingerprints.at(-1) ?? '',
      kept: isWhole ? (fingerprints.at(-1) ?? null) : null,
      since: Date.now(),
      wrapPrompt: (prompt) => prompt,
      folded: Promise.resolve(),
      idleTimer: undefined,
    }
    lives.add(live)
    try {
      const behind = messages.length > 0 ? `, which goes on behind ${history.length} messages` : ''
      const reason = `Gateway conversation of ${operator} with ${model}${behind}`
      const title = titleOf(asked.prompt)
      Object.assign(live, await engine.open({ operator, system, choice, messages, reason, title }))
      enter(live, 'in_turn')
      return live
    } catch (error) {
      forget(live)
      throw error
    }
  }

  /** @throws ApiError 529 when every session is in a turn */
  function makeRoom() {
    if (lives.size < config.pool_size) return
    const [oldest] = [...lives].filter(({ state }) => state === 'idle').sort((a, b) => a.since - b.since)
    if (!oldest) {
      const words = `All ${config.pool_size} sessions of the pool are in a turn: try again in a moment`
      throw new ApiError('overloaded_error', words, { 'retry-after': '5' })
    }
    void drop(oldest, 'resolved', 'The pool needed its place: it was the one used longest ago')
  }

  /**
   * Takes the turn's whole assistant–tool cycle over from the transcript, and keeps it for seeding.
   * @returns why the model stopped, where that is known. Never rejects.
   */
  async function foldBack(live: Live, asked: Asked, { content, messageId }: TurnEnd): Promise<string | null> {
    const received: CanonicalMessage = { role: 'assistant', content }
    const { history, last, operator } = asked
    live.fingerprint = fingerprint(operator, [...history, last, received])
    try {
      const fold = await engine.fold(live.sessionId, live.offset, messageId)
      live.offset = fold.endOffset
      const added = [last, ...(fold.isWhole && fold.messages.length > 0 ? fold.messages : [received])]
      live.messages = [...live.messages, ...added]
      const entry = { fingerprint: live.fingerprint, parent: live.kept, sessionId: live.sessionId }
      await histories.keep({ ...entry, messages: live.kept === null ? live.messages : added })
      live.kept = live.fingerprint
      return fold.stopReason
    } catch (error) {
      onProblem(`The history of session ${live.sessionId} is not kept: ${(error as Error).message}`)
      return null
    }
  }

  function rest(live: Live) {
    if (closing) return void drop(live, 'resolved', 'The console was stopped')
    enter(live, 'idle')
    const end = () => drop(live, 'resolved', `No request came for ${config.idle_minutes} minutes`)
    live.idleTimer = setTimeout(end, config.idle_minutes * 60_000)
    live.idleTimer.unref()
  }

  function enter(live: Live, state: Live['state']) {
    clearTimeout(live.idleTimer)
    live.state = state
    live.since = Date.now()
  }

  function forget(live: Live) {
    clearTimeout(live.idleTimer)
    lives.delete(live)
  }

  function drop(live: Live, outcome: 'resolved' | 'abandoned', why: string): Promise<void> {
    forget(live)
    return live.sessionId === '' ? Promise.resolve() : close(live.sessionId, outcome, why, live.operator)
  }

  async function close(sessionId: string, outcome: 'resolved' | 'abandoned', why: string, operator: string) {
    leaving.add(sessionId)
    const giveUpAt = performance.now() + CLOSE_WAIT_MS
    while (engine.isRunning(sessionId) && performance.now() < giveUpAt) await sleep(250)
    try {
      await engine.close(sessionId, outcome, why, operator)
    } catch (error) {
      onProblem(`Session ${sessionId} of the gateway is not closed: ${(error as Error).message}`)
    } finally {
      leaving.delete(sessionId)
    }
  }
}

const TITLE_CHARACTERS = 60

function titleOf(prompt: string): string {
  const [line = ''] = prompt
    .trim()
    .replace(/\p{Cc}+/gu, '\n')
    .split('\n')
  return `Gateway: ${line.length > TITLE_CHARACTERS ? `${line.slice(0, TITLE_CHARACTERS - 1).trimEnd()}…` : line}`
}
