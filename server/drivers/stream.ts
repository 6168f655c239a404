// The `stream` driver: one persistent stream-json process a session; `result` ends the turn, not the process.
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { BodyOf, EventBody } from '../../lib/events.ts'
import { type Followed, followTurn, promptMessage } from '../claude/follow-turn.ts'
import { createHotProcesses, type Hot, type HotLimits } from '../claude/hot-processes.ts'
import { howItEnded } from '../claude/missing-result.ts'
import type { ClaudeProcess } from '../claude/process.ts'
import { hasCalled, hasOpened, turnStart } from '../claude/spool-remarks.ts'
import { createStreamLife, type StreamLife } from '../claude/stream-life.ts'
import { findTranscript, hasPrompt } from '../claude/transcript.ts'
import { cannotStart, stoppedBefore } from '../claude/unstarted.ts'
import type { Processes } from '../processes.ts'
import type { AdoptedTurn, Batch, Driver, TurnRequest } from './driver.ts'

/** How often in a row a CLI that dies in the middle of a turn is started again. */
const RESTARTS_MAX = 3
const BACK_OFF_MS = 1_000
/** How long a CLI may take to go by itself. */
const END_GRACE_MS = 10_000
/** One that ends this soon after a turn ends because of it, and the turn has told why. */
const AFTERMATH_MS = 1_000

/** What the CLI is told in place of a prompt that it has, and had not answered when it died. */
const ANSWER_IT =
  '[Note of the console: the CLI was cut off before you had answered the prompt above. Nothing was run for it. Answer it now.]'

type Streaming = { claude: ClaudeProcess; life: StreamLife }

/** A process at work on a turn. */
type Working = {
  entry: Hot<Streaming>
  adopted: AdoptedTurn | null
  /** What it is sent; null where it has the prompt already. */
  message: object | null
  /** Spool offset in bytes where the turn begins. */
  from: number
  costBaseUsd: number
  /** The turn's `session` is in the record. */
  opened: boolean
}

/**
 * When the CLI dies in the middle of a turn the operator is told, and it is started again with `--resume`. Then the
 * transcript decides, so that nothing is lost and nothing runs twice:
 * - The prompt had not reached the CLI: it is sent, with the same uuid.
 * - It had, and no tool was asked for: nothing has run, so the model is told to answer it now.
 * - A tool was asked for: the model does not know its effects, and it may be what killed the CLI. The turn ends as an error,
 *   the queue is held, and the next prompt names the calls that were cut off. A person decides whether to go on.
 *
 * @param options.tell puts events into a session's record beside its turns, with how far a spool is read by that
 */
export function createStreamDriver(options: {
  processes: Processes
  limits: HotLimits
  tell: (sessionId: string, events: EventBody[], read?: { processId: string; spool: number }) => void
}): Driver {
  const { processes, limits, tell } = options
  const shelf = createHotProcesses<Streaming>({
    limits,
    async start(sessionId, launch, key) {
      const streaming = withLife(sessionId, await processes.start(sessionId, 'stream', launch, key))
      streaming.life.rest()
      return streaming
    },
    end({ claude, life }) {
      life.close()
      return processes.end(claude, END_GRACE_MS)
    },
    isUsable: ({ life }) => !life.isTalking(),
    onLeftover: (sessionId, survivors) => tell(sessionId, [control('survivors', { survivors })]),
    onDied(sessionId, { claude, idleSince }) {
      if (performance.now() - idleSince < AFTERMATH_MS) return
      const reason = `The CLI ${howItEnded(claude.exit)} while it had nothing to do; the next prompt starts it again`
      tell(sessionId, [control('cli_ended', { reason })])
    },
  })

  function withLife(sessionId: string, claude: ClaudeProcess): Streaming {
    const read = (spool: number) => ({ processId: claude.id, spool })
    return { claude, life: createStreamLife(claude, (events, spool) => tell(sessionId, events, read(spool))) }
  }

  async function* run(request: TurnRequest): AsyncGenerator<Batch> {
    const { stop, detach } = request
    const until = performance.now() + request.timeLeftMs
    let working: Working
    if (!request.adopted && stop.aborted) return yield stoppedBefore(request)
    try {
      if (request.adopted) working = await takeUp(request.sessionId, request.adopted)
      else working = begin(await shelf.choose(request), promptMessage(request), false)
    } catch (error) {
      return yield stop.aborted ? stoppedBefore(request) : cannotStart(error)
    }
    if (!working.adopted && stop.aborted) {
      rest(request, working)
      return yield stoppedBefore(request)
    }
    for (let attempt = 1; ; attempt++) {
      const followed = yield* follow(working, { ...request, timeLeftMs: until - performance.now() })
      if (followed.state !== 'died') return
      const { result, unanswered: withdrawn } = followed
      const failed = (why: string) => only({ ...result, result: `${result.result}. ${why}` })
      if (attempt > RESTARTS_MAX) return yield failed(`It was started again ${RESTARTS_MAX} times, in vain`)

      const how = { attempt, max_attempts: RESTARTS_MAX, reason: result.result }
      yield { ...only(control('restarted', how)), withdrawn }
      await sleep(BACK_OFF_MS, undefined, { signal: AbortSignal.any([stop, detach]) }).catch(() => undefined)
      if (detach.aborted) return
      if (stop.aborted) return yield stoppedBefore(request, 'the CLI was started again')
      const called = hasCalled(working.entry.claude.spoolPath, working.from)
      try {
        working = await startAgain(request, working)
      } catch (error) {
        if (stop.aborted) return yield stoppedBefore(request, 'the CLI was started again')
        return yield failed(`It can't be started again: ${String(error)}`)
      }
      if (!called) continue
      rest(request, working)
      return yield failed(
        'It had asked for tools, so nothing was sent again: the next prompt goes on from there',
      )
    }
  }

  /**
   * The process of a turn that an earlier console left running. Where it has not begun the turn it may have got a part of
   * the prompt: it is ended, and the transcript decides.
   */
  async function takeUp(sessionId: string, adopted: AdoptedTurn): Promise<Working> {
    const { process: row } = adopted
    const claude = processes.adopt(row)
    const { from, spentUsd } = turnStart(claude.spoolPath, row.spool_offset)
    const hasBegun = hasOpened(claude.spoolPath, from)
    if (!hasBegun) await processes.end(claude, 0)
    const entry = { ...withLife(sessionId, claude), key: row.launch_key, turns: 0, busy: true, idleSince: 0 }
    return { entry, adopted, message: null, from, costBaseUsd: spentUsd, opened: false }
  }

  function begin(entry: Hot<Streaming>, message: object, opened: boolean): Working {
    return { entry, adopted: null, message, ...entry.life.beginTurn(), opened }
  }

  /** Another process for a turn whose CLI has died, and what that one is to be sent. */
  async function startAgain(request: TurnRequest, { entry, from, opened }: Working): Promise<Working> {
    const { sessionId, turnId, earlierTurns } = request
    const launch = await request.launch()
    const path = await findTranscript(launch.configDirectory, launch.workspace, launch.cliSessionId)
    const isThere = path !== null && (await hasPrompt(path, { uuid: turnId }))
    const next = await shelf.start(sessionId, launch, earlierTurns)
    next.busy = true
    const message = promptMessage(isThere ? { turnId: randomUUID(), prompt: ANSWER_IT } : request)
    await request.processChosen(next.claude.id)
    return begin(next, message, opened || hasOpened(entry.claude.spoolPath, from))
  }

  async function* follow(working: Working, request: TurnRequest): AsyncGenerator<Batch, Followed> {
    const { entry, adopted, message, from, costBaseUsd, opened } = working
    const { claude, life } = entry
    let followed: Followed | null = null
    // Not waited for: a long prompt is read while the turn is followed, and a CLI that does not read is seen there.
    if (message) void claude.send(message).then(request.promptSent, () => undefined)
    try {
      followed = yield* followTurn(
        claude,
        { ...request, adopted },
        {
          ...{ from, costBaseUsd, opened, mayGoOn: true, saw: life.saw },
          // Who lives in a process of an earlier console is not known: it ends with its turn.
          ...(adopted ? {} : { endLeftovers: life.endLeftovers }),
        },
      )
      return followed
    } finally {
      const state = followed?.state ?? (request.detach.aborted ? 'detached' : 'killed')
      if (state === 'ended' && !adopted && claude.exit === null) rest(request, working)
      else if (state === 'died') await shelf.end(request.sessionId, entry)
      else if (state !== 'detached') shelf.leave(request.sessionId, entry)
    }
  }

  /** The process goes on, without what the turn has left running beside it. */
  function rest({ sessionId, earlierTurns }: TurnRequest, { entry }: Working) {
    shelf.rest(sessionId, entry, earlierTurns + 1, async () => {
      entry.life.rest()
      const survivors = await entry.life.endLeftovers()
      if (survivors.length > 0) tell(sessionId, [control('survivors', { survivors })])
    })
  }

  return { run, prepare: shelf.prepare, release: shelf.release, close: shelf.close }
}

function control(action: string, more: Record<string, unknown>): BodyOf<'control'> {
  return { kind: 'control', action, operator: 'console', ...more }
}

function only(event: EventBody): Batch {
  return { events: [event], questions: [], withdrawn: [], offsets: null }
}
