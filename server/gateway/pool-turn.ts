// One turn of a pooled session, from the prompt to what the client has received.
import { assertNever } from '../../lib/assert-never.ts'
import type { StreamEvent, Usage } from '../../lib/events.ts'
import { type ContentFrame, createAnswer, type TextBlock } from './answer.ts'
import { ApiError, failureOf, NOT_AGAIN } from './api-error.ts'
import type { Engine, Terminal } from './engine.ts'
import type { GatewayConfig } from './gateway-config.ts'

/** The reason that is told where the transcript says none. */
const END_TURN = 'end_turn'

/** How a request got its session. */
type Entrance = 'hit' | 'seeded' | 'new'

/** Who waits for the answer. None of these may throw. */
export type Client = {
  /** The CLI has opened the session: from here on the answer comes. */
  onOpen(sessionId: string, entrance: Entrance): void
  onFrame(frame: ContentFrame): void
  /** Aborted when the client has gone. */
  signal: AbortSignal
}

export type TurnEnd = {
  content: TextBlock[]
  stopReason: string
  usage: Usage | null
  /** Of the last answer of the model. */
  messageId: string | null
}

/**
 * Runs a turn. Where the client goes, or the time is over, the turn is stopped before this returns.
 * @throws ApiError what the client is to be told; the session must not be used again
 */
export async function runConversationTurn(
  engine: Engine,
  config: GatewayConfig,
  {
    live,
    prompt,
    client,
  }: {
    live: { sessionId: string; operator: string }
    prompt: string
    client: Omit<Client, 'onOpen'> & { onOpen: () => void }
  },
): Promise<TurnEnd> {
  const { sessionId, operator } = live
  const answer = createAnswer(client.onFrame)
  const ending = createEnding(engine, config, live)
  const gone = () => ending.stop(new ApiError('api_error', 'The client has gone', NOT_AGAIN))
  let isOpen = false

  const onEvent = (event: StreamEvent) => {
    if (event.kind === 'session' && !isOpen) {
      isOpen = true
      ending.opened()
      client.onOpen()
    }
    answer.feed(event)
  }

  if (client.signal.aborted) throw new ApiError('api_error', 'The client has gone', NOT_AGAIN)
  const ended = engine.run(sessionId, operator, prompt, onEvent)
  client.signal.addEventListener('abort', gone, { once: true })
  try {
    const terminal = await Promise.race([ended, ending.givenUp])
    const result = succeeded(ending.failure() ?? terminal)
    if (!isOpen) client.onOpen()
    answer.finish(result.result)
    return {
      content: answer.content(),
      stopReason: END_TURN,
      usage: result.usage,
      messageId: answer.lastMessageId(),
    }
  } finally {
    client.signal.removeEventListener('abort', gone)
    ending.dispose()
  }
}

type Result = Extract<Terminal, { kind: 'result' }>

/** @throws ApiError for every end but success */
function succeeded(end: Terminal | ApiError): Result {
  if (end instanceof ApiError) throw end
  if (end.kind === 'error') throw new ApiError('api_error', end.error, NOT_AGAIN)
  switch (end.outcome) {
    case 'success':
      return end
    case 'interrupted':
      throw new ApiError('api_error', 'An operator, or the console, has stopped the turn', NOT_AGAIN)
    case 'timeout':
      throw new ApiError('timeout_error', 'The turn took longer than the console allows', NOT_AGAIN)
    case 'error':
    case 'incomplete':
      throw failureOf(end.result, end.model_failure)
    default:
      return assertNever(end.outcome)
  }
}

/** Watches over the time-outs of a turn, and stops it. */
function createEnding(engine: Engine, config: GatewayConfig, live: { sessionId: string; operator: string }) {
  let failure: ApiError | null = null
  let giveUp: (failure: ApiError) => void = () => {}
  const givenUp = new Promise<ApiError>((resolve) => {
    giveUp = resolve
  })
  const timers: NodeJS.Timeout[] = []
  const after = (seconds: number, run: () => void) => timers.push(setTimeout(run, seconds * 1000))
  const late = (what: string, name: 'start_seconds' | 'turn_seconds') => () =>
    stop(new ApiError('timeout_error', `${what} within ${config[name]} s (gateway.${name})`, NOT_AGAIN))
  after(config.turn_seconds, late('The turn did not end', 'turn_seconds'))
  const starting = setTimeout(late('The CLI did not open', 'start_seconds'), config.start_seconds * 1000)

  function stop(why: ApiError) {
    if (failure) return
    failure = why
    void engine.stop(live.sessionId, live.operator)
    // The session is closed when the turn has ended at last; the client does not wait for that.
    after(config.stop_seconds, () => giveUp(why))
  }

  return {
    stop,
    opened: () => clearTimeout(starting),
    failure: () => failure,
    givenUp,
    dispose() {
      clearTimeout(starting)
      for (const timer of timers) clearTimeout(timer)
    },
  }
}
