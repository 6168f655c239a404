// Runs turns through the tui driver without a console around it: the real CLI, the scripted model, a register on disk.
import { randomUUID } from 'node:crypto'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Database, openDatabase } from '../../db/database.ts'
import type { ProcessRow } from '../../db/processes.ts'
import { isPassing, isTerminal } from '../../lib/event-checks.ts'
import type { EventBody } from '../../lib/events.ts'
import { answerFirstRun } from '../../server/claude/first-run.ts'
import type { Launch } from '../../server/claude/launch.ts'
import { findFamily } from '../../server/claude/process-table.ts'
import { transcriptState } from '../../server/claude/transcript.ts'
import { fromTerminal, TUI_SIZE } from '../../server/claude/tui-terminal.ts'
import { modelOf, type ScriptedModel, startScriptedModel } from '../../server/drill/scripted-model.ts'
import type { Decision, Driver, Question } from '../../server/drivers/driver.ts'
import { createTuiDriver, type TurnAtKeyboard } from '../../server/drivers/tui.ts'
import { readEnvironment } from '../../server/environment.ts'
import { createProcesses, type Processes } from '../../server/processes.ts'
import { createTables, type Tables } from '../../server/tables.ts'
import { startTerminal, type Terminal } from '../../server/terminal/terminal.ts'

const ROOT = join(import.meta.dirname, '..', '..')

export type RanTurn = {
  /** All but the passing ones. */
  events: EventBody[]
  passing: EventBody[]
  questions: Question[]
  processId: string
  /** How far the spool is in the record. */
  offset: number
}

export type DriverTrial = Awaited<ReturnType<typeof startDriverTrial>>

/** @param trusted false leaves the first-run dialogs of the TUI unanswered */
export async function startDriverTrial(
  scenario: string,
  { trusted = true, rewriteArguments = async (args: readonly string[]) => args } = {},
) {
  const model = await startScriptedModel({ scenarios: join(ROOT, 'e2e', 'scenarios') })
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'breakglass-driver-')))
  const directory = (name: string) => {
    const path = join(root, name)
    mkdirSync(path, { recursive: true, mode: 0o700 })
    return path
  }
  const database = openDatabase(join(root, 'record.db'))
  const tables = createTables(database)
  const processes = createProcesses(
    tables.processes,
    () => directory('processes'),
    () => undefined,
  )
  const session = newSession(tables, directory('session/workspace'))
  writeFileSync(join(root, 'key'), 'sk-ant-test-dummy-key', { mode: 0o600 })
  if (trusted) answerFirstRun(directory('claude'), root)
  const trial = { model, root, database, tables, processes, session, directory, scenario, rewriteArguments }
  const drivers = createDrivers(trial)
  let turns = 0

  return {
    ...trial,
    ...drivers,
    workspace: directory('session/workspace'),
    launch: () => launchOf(trial),
    turns: () => turns,
    /** Runs a turn to its end, and allows what is asked unless the test decides otherwise. */
    async turn(prompt: string, more: TurnOptions = {}): Promise<RanTurn> {
      const ran = await runTurn(trial, drivers.tui.run, prompt, turns, more)
      if (ran.events.some(isTerminal)) turns++
      return ran
    },
    follow: (typed: TurnAtKeyboard) => runTurn(trial, typed.run, '', turns++, {}),
    async close() {
      await drivers.tui.close()
      database.close()
      await model.close()
      rmSync(root, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

type Trial = {
  model: ScriptedModel
  root: string
  database: Database
  tables: Tables
  processes: Processes
  session: string
  directory: (name: string) => string
  scenario: string
  /** Of a TUI, such as for a benchmark that wants to stand between. */
  rewriteArguments: (args: readonly string[]) => Promise<readonly string[]>
}

export type TurnOptions = {
  decide?: (question: Question) => Decision | Promise<Decision>
  onEvent?: (event: EventBody) => void
  stop?: AbortSignal
  detach?: AbortSignal
  adopted?: ProcessRow
  timeLeftMs?: number
}

function createDrivers({ processes, rewriteArguments }: Trial) {
  const terminals: Terminal[] = []
  const typed: TurnAtKeyboard[] = []
  const costs: number[] = []
  const limits = { count: 3, idleMs: 60_000, freeMemoryBytes: 0 }
  const tui = createTuiDriver({
    ...{ processes, limits },
    startTerminal: () => async (id, launch) => {
      const args = await rewriteArguments(launch.args)
      const terminal = await startTerminal(id, { ...launch, args }, TUI_SIZE, null)
      terminals.push(terminal)
      return fromTerminal(terminal)
    },
    onLeftover() {},
    onTyped: (turn) => typed.push(turn),
    onCost: (_session, _turn, usd) => costs.push(usd),
  })
  return { tui, terminals, typed, costs }
}

async function runTurn(
  trial: Trial,
  run: Driver['run'],
  prompt: string,
  earlierTurns: number,
  { decide = () => ({ behavior: 'allow' }), onEvent, stop, detach, adopted, timeLeftMs }: TurnOptions,
): Promise<RanTurn> {
  const ran: RanTurn = { events: [], passing: [], questions: [], processId: '', offset: 0 }
  const request = {
    sessionId: trial.session,
    turnId: randomUUID(),
    prompt,
    launch: () => launchOf(trial),
    temporaryDirectory: trial.directory('tmp'),
    outputsDirectory: trial.directory('outputs'),
    earlierTurns,
    startedAtMs: Date.now(),
    timeLeftMs: timeLeftMs ?? 90_000,
    silenceLimitMs: 60_000,
    adopted: adopted ? { process: adopted, promptSent: true, openCalls: [], unanswered: [] } : null,
    stop: stop ?? new AbortController().signal,
    detach: detach ?? new AbortController().signal,
    ask: async (question: Question) => decide(question),
    isWaiting: () => false,
    answered() {},
    async processChosen(id: string) {
      ran.processId = id
    },
    promptSent() {},
  }
  for await (const { events, questions, offsets } of run(request)) {
    ran.questions.push(...questions)
    ran.offset = offsets?.spool ?? ran.offset
    for (const event of events) {
      ;(isPassing(event) ? ran.passing : ran.events).push(event)
      onEvent?.(event)
    }
  }
  return ran
}

async function launchOf({ root, directory, model, scenario, session }: Trial): Promise<Launch> {
  const { PATH = '' } = readEnvironment().inherited
  const workspace = directory('session/workspace')
  const configDirectory = directory('claude')
  return {
    ...{ claude: join(ROOT, 'node_modules', '.bin', 'claude'), workspace, configDirectory },
    temporaryDirectory: directory('tmp'),
    cliSessionId: session,
    resume: (await transcriptState(configDirectory, workspace, session)) === 'resumable',
    access: { baseUrl: model.url, keyFile: join(root, 'key'), variables: {}, model: modelOf(scenario) },
    agent: { name: 'recovery', description: 'Mends', prompt: 'You mend things.', disallowed_tools: [] },
    toolTimeoutMs: 60_000,
    inherited: { PATH, HOME: root, LANG: 'C.UTF-8' },
  }
}

function newSession(tables: Tables, workspace: string): string {
  const id = randomUUID()
  tables.sessions.insert({
    ...{
      id,
      cli_session_id: id,
      reason: 'A test',
      title: 'A test',
      ticket: null,
      kind: 'incident',
      drill: null,
    },
    ...{ driver: 'tui', provider: 'anthropic', model: null, minutes: 60, operator: 'ana', workspace },
    created_at: new Date().toISOString(),
  })
  return id
}

/** What runs with a marker, but for what has ended and is not reaped yet. */
export async function runningWith(marker: string): Promise<string[]> {
  return (await findFamily(null, marker)).map(({ command }) => command)
}
