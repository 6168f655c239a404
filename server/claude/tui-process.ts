// An interactive TUI that looks like any other CLI process: its spool holds stream-json, prompts and answers are sent as messages.
import { randomUUID } from 'node:crypto'
import { appendFileSync, closeSync, constants, mkdirSync, openSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Decision } from '../drivers/driver.ts'
import { type HookCall, startPermissionHook } from '../gate/permission-hook.ts'
import type { PtyExit } from '../terminal/pty.ts'
import { createBell } from './bell.ts'
import type { Launch } from './launch.ts'
import { asFields, type Fields, fieldsOf, stringOf } from './messages.ts'
import type { ClaudeProcess, Exit } from './process.ts'
import { findTranscript } from './transcript.ts'
import { followTranscript, type TranscriptFollower } from './transcript-follow.ts'
import { createTuiConversation } from './tui-conversation.ts'
import { tuiArguments, tuiEnvironment, upstreamOf } from './tui-launch.ts'
import { type PromptTyping, typePrompt } from './tui-prompt.ts'
import { createTuiQuestions } from './tui-questions.ts'
import { isFree, readScreen, type ScreenReading } from './tui-screen.ts'
import type { StartTerminal } from './tui-terminal.ts'
import type { TypedTurn } from './tui-turn.ts'
import { createCostWatch, createDialogWatch } from './tui-watch.ts'
import { startWireTee, type WireEvent, type WireTee } from './wire-tee.ts'

export type TuiProcess = ClaudeProcess & {
  /** Of everything that runs in its terminal. */
  readonly marker: string
  /** Bytes of the spool: where the next turn begins. */
  spoolBytes(): number
  /** Settles when no turn runs in it, or it has ended. */
  free(): Promise<void>
  /** What stands on the screen in place of the input box. */
  words(): string
  /** Settles when it is ready, has ended, or the time is over. @returns whether it is ready */
  ready(timeoutMs: number): Promise<boolean>
}

export type TuiOptions = {
  launch: Launch
  /** A UUID of ours, not used before. */
  id: string
  /** Of the process's files; does not exist yet. */
  directory: string
  startTerminal: StartTerminal
  /** The proxy to go through; without it the TUI gets one of its own, which ends with it. */
  tee?: WireTee
  /** A turn is over when the wire says so, before the transcript has it. */
  endsOnWire?: boolean
  /** Called when a turn opens that somebody has typed by hand. */
  onTyped?: (turn: TypedTurn, spoolOffset: number, operator: string | null) => void
  /** Told what a turn has cost, in USD: the CLI says so 200–500 ms after its end. */
  onCost?: (usd: number) => void
  /** Sees each line that goes into the spool. */
  onLine?: (line: Fields) => void
}

/** While something is awaited, the screen and the transcript are looked at this often. */
const TICK_MS = 50
/** The CLI writes its transcript a moment after it says a thing. */
const LAST_WORDS_MS = 250

/**
 * Starts a TUI with tee, hooks and terminal, and writes what it does into the process's spool as stream-json.
 *
 * @throws Error when the directory, a port or the terminal can't be made, with the reason in words
 */
export async function startTui(options: TuiOptions): Promise<TuiProcess> {
  const { launch, id, directory, startTerminal } = options
  const spoolPath = join(directory, 'stdout')
  // Written by the CLI's user, who may be another than ours.
  const statusFile = join(launch.temporaryDirectory, `status-${id}.json`)
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  writeFileSync(join(directory, 'stderr'), '', { mode: 0o600 })
  const spool = openSync(spoolPath, constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND, 0o600)

  const bell = createBell()
  const questions = createTuiQuestions((request_id) => write({ type: 'control_cancel_request', request_id }))
  let exit: Exit | null = null
  /** Where the CLI says why it did not go on; a terminal has no stderr. */
  let lastScreen = ''
  let typing: PromptTyping | null = null
  let follower: TranscriptFollower | null = null
  const startedAtMs = Date.now()

  const conversation = createTuiConversation({
    sessionId: launch.cliSessionId,
    cwd: launch.workspace,
    model: launch.access.model ?? '',
    write,
    typist: () => terminal.typist(),
    onTyped: (turn) => options.onTyped?.(turn, spoolBytes(), terminal.typist()),
    onTurnEnd: bell.ring,
    onStray: leave,
    endsOnWire: options.endsOnWire ?? false,
  })
  const hook = await startPermissionHook(ask)
  const tee = options.tee ?? (await startWireTee(upstreamOf(launch)))
  tee.listen(onWire)
  const before = launch.resume ? await findPath() : null
  const from = before === null ? 0 : (statSync(before, { throwIfNoEntry: false })?.size ?? 0)
  const terminal = await startTerminal(id, {
    file: launch.claude,
    args: tuiArguments(launch, hook, statusFile),
    cwd: launch.workspace,
    env: tuiEnvironment(launch, id, tee.url, hook),
  }).catch(async (error: unknown) => {
    await close()
    throw error
  })
  const dialogs = createDialogWatch(obstacle, (words) => conversation.notice('waiting_for_answer', words))
  const cost = createCostWatch(statusFile, (usd) => options.onCost?.(usd))
  terminal.onOutput(bell.ring)
  const exited = terminal.exited.then(lastWords)
  void watchOver()

  function write(line: Fields) {
    appendFileSync(spool, `${JSON.stringify(line)}\n`)
    options.onLine?.(line)
  }

  const spoolBytes = () => statSync(spoolPath).size

  function onWire(event: WireEvent) {
    conversation.wire(event, Date.now())
    bell.ring()
  }

  /**
   * A call asks: its line goes into the spool, and its hook waits until somebody has answered. The transcript is ~100 ms
   * behind, less than a model takes to think of its next call; where one is quicker, the output of the call before is told
   * after this question rather than that the question waits for it.
   */
  async function ask(call: HookCall, gone: AbortSignal): Promise<Decision> {
    const requestId = randomUUID()
    look()
    const answered = questions.ask(requestId, gone)
    conversation.question(call, requestId, parentOf)
    return answered
  }

  function parentOf(agentId: string): string | null {
    return follower?.parentOf(agentId) ?? null
  }

  function findPath() {
    return findTranscript(launch.configDirectory, launch.workspace, launch.cliSessionId)
  }

  function reading(): ScreenReading {
    return readScreen(terminal.lines())
  }

  /** What keeps a prompt from being typed: a dialog, words in the input box, somebody at the keyboard. */
  function obstacle(): ScreenReading {
    const shown = reading()
    if (!typing?.isWaiting() || shown.state !== 'idle') return shown
    const holder = terminal.keyboard()
    if (holder !== null)
      return { ...shown, state: 'dialog', words: `${holder} has the keyboard of the terminal` }
    if (shown.input === '') return shown
    return { ...shown, state: 'dialog', words: `Somebody has left words in the input box: ${shown.input}` }
  }

  /** Takes in what the transcript has, and ends the turn if it is over. */
  function look() {
    const now = Date.now()
    if (follower) conversation.records(follower.read(), parentOf, now)
    if (conversation.turn !== 'none') conversation.check(reading().state === 'idle', now)
  }

  async function findFollower() {
    if (follower) return
    const path = await findPath()
    if (path && !follower && exit === null) {
      const since = { from: path === before ? from : 0, sinceMs: startedAtMs }
      follower = followTranscript({ path, ...since, onGrowth: bell.ring })
    }
  }

  async function watchOver() {
    while (exit === null) {
      await bell.wait(conversation.turn === 'none' && !typing ? 1_000 : TICK_MS)
      await findFollower()
      if (exit !== null) return
      look()
      dialogs.look(conversation.turn !== 'none' && questions.count === 0, conversation.confirmed)
      cost.look(conversation.turn !== 'none')
      typing?.wake()
      await new Promise(setImmediate)
    }
  }

  /** Somebody has left the conversation at the keyboard: what follows would be on no record. */
  function leave() {
    conversation.notice('conversation_left', 'A command typed by hand has begun another conversation')
    conversation.fail('A command typed by hand has left the conversation', Date.now())
    void terminal.end({ graceMs: 0 })
  }

  async function lastWords(how: PtyExit): Promise<Exit> {
    if (how.code !== 0) lastScreen = terminal.lines().filter(Boolean).slice(-6).join('\n')
    await sleep(LAST_WORDS_MS)
    await findFollower()
    look()
    exit = { code: how.code, signal: how.signal === null ? null : String(how.signal) }
    typing?.wake()
    await close()
    return exit
  }

  async function close() {
    questions.clear()
    follower?.close()
    if (!options.tee) await tee.close()
    else tee.listen(null)
    await hook.close()
    closeSync(spool)
  }

  async function sendPrompt(text: string) {
    await free()
    conversation.begin(Date.now())
    typing = typePrompt(text, {
      terminal,
      isFree: () => isFree(reading()) && terminal.keyboard() === null,
      reading,
      isConfirmed: () => conversation.confirmed,
      hasEnded: () => exit !== null || conversation.turn !== 'ours',
    })
    bell.ring()
    try {
      const problem = await typing.done
      if (problem !== null) conversation.fail(problem, Date.now())
    } finally {
      typing = null
    }
  }

  /** Settles when no turn runs, such as one typed by hand. */
  async function free() {
    while (exit === null && conversation.turn !== 'none') await sleep(TICK_MS)
  }

  /** Esc. Where the prompt was not typed yet nothing is: a key would answer what keeps it from being typed. */
  function interrupt() {
    const now = Date.now()
    if (typing?.isWaiting()) {
      typing.stop()
      return conversation.fail('The prompt was not typed', now)
    }
    typing?.stop()
    conversation.interrupt(now)
    terminal.write('\u001b')
    bell.ring()
  }

  return {
    id,
    directory,
    spoolPath,
    identity: terminal.identity,
    marker: terminal.marker,
    exited,
    get exit() {
      return exit
    },
    spoolBytes,
    free,
    words: () => reading().words,
    async ready(timeoutMs) {
      const until = performance.now() + timeoutMs
      while (exit === null && performance.now() < until) {
        if (conversation.turn === 'none' && isFree(reading())) return true
        await sleep(TICK_MS)
      }
      return false
    },
    async send(message) {
      if (exit) throw new Error('The CLI has ended and takes no more input')
      const fields = asFields(message) ?? {}
      switch (stringOf(fields, 'type')) {
        case 'user':
          return sendPrompt(stringOf(fieldsOf(fields, 'message') ?? {}, 'content') ?? '')
        case 'control_request':
          return interrupt()
        case 'control_response':
          return questions.answer(fieldsOf(fields, 'response') ?? {})
        default:
          throw new Error(`A TUI takes no message of the type ${JSON.stringify(fields.type)}`)
      }
    },
    stderrTail: () => lastScreen,
    async end({ graceMs = 5_000 } = {}) {
      const survivors = await terminal.end({ graceMs })
      await exited
      return survivors
    },
  }
}
