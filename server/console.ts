// Builds the console out of its parts, takes up what an earlier one left, and takes it apart again.
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { loadAgent } from './agent/agent.ts'
import { createAuth } from './auth/auth.ts'
import { startLockWatch } from './auth/lock-watch.ts'
import { createAccounts } from './auth/manage-accounts.ts'
import { startBudgets } from './budgets.ts'
import { createChoices } from './choices.ts'
import { findBinary, locateBinary } from './claude/binary.ts'
import { answerFirstRun } from './claude/first-run.ts'
import { PLACEHOLDER_KEY } from './claude/launch.ts'
import { recordClockJumps } from './clock.ts'
import type { Config } from './config.ts'
import { viewConfig } from './config-view.ts'
import type { AgentUser } from './containment/agent-user.ts'
import { createContainment } from './containment/containment.ts'
import { createMetLimitRecorder } from './containment/record-met-limit.ts'
import type { DataDirectory } from './data-directory.ts'
import { refuseWithoutSpace, watchSpace } from './disk-space.ts'
import { startRehearsals } from './drill/rehearsals.ts'
import { createDrivers } from './drivers/drivers.ts'
import { type Environment, readVariables } from './environment.ts'
import { createOrigins } from './front-door/origins.ts'
import { startGate } from './gate/start-gate.ts'
import { createPersonas } from './gateway/personas.ts'
import { startGateway } from './gateway/start-gateway.ts'
import { createHealth } from './health.ts'
import { checkKill } from './kill/check-kill.ts'
import { createKillSwitch } from './kill/kill-switch.ts'
import { createSentinel } from './kill/sentinel.ts'
import { createStopEverything } from './kill/stop-everything.ts'
import { createLadder } from './ladder/ladder.ts'
import { createProbes } from './ladder/probes.ts'
import { sessionBudget, sessionLimits, turnLimits } from './limits.ts'
import type { Log } from './log.ts'
import { keepEnds } from './moving-ends.ts'
import { createObserverLinks } from './observer-links.ts'
import { createProcesses } from './processes.ts'
import { createProviders } from './providers.ts'
import type { Runtime } from './runtime.ts'
import { createLaunchOf, type LaunchOf } from './session-launch.ts'
import { createSessions, type Sessions } from './sessions.ts'
import { startRecord } from './start-record.ts'
import { createPresence } from './streams/presence.ts'
import { createStreams } from './streams/sse.ts'
import { createTerminals } from './terminal/terminals.ts'
import { startTimeBox } from './time-box.ts'
import { createTurns } from './turns.ts'
import { createVerbs } from './verbs/verbs.ts'

export type Console = {
  runtime: Runtime
  /** How many turns were taken up. */
  adopted: number
  /** Ends streams and warm processes; running turns go on without the console. */
  close(): Promise<void>
}

/**
 * Starts everything but the front door.
 *
 * @param root of the project
 * @throws Error with plain words when the database can't be opened or the agent not be read
 */
export async function startConsole(options: {
  root: string
  version: string
  environment: Environment
  config: Config
  data: DataDirectory
  /** Who the agent runs as, null for the console's own user. */
  user: AgentUser | null
  log: Log
  /** Every session is a drill. */
  drillsOnly: boolean
}): Promise<Console> {
  const { root, version, environment, config, data, user, log, drillsOnly } = options
  const { limits } = config
  const record = startRecord({ config, environment, data, log })
  const { database, tables, channel, recorder } = record
  const agent = loadAgent(root, config.agent.prompt_file ?? null)
  const inherited = { ...environment.inherited, ...readVariables(config.environment) }
  const providers = createProviders(config, environment, data.claudeConfig, data.agent?.give)
  answerFirstRun(data.claudeConfig, data.workspaces, PLACEHOLDER_KEY, data.agent?.giveOne)
  const binary = findBinary(root, environment.claude, inherited, join(data.path, 'claude'))
  const rehearsals = await startRehearsals(root, data.path)
  const auth = createAuth({ database, origins: createOrigins(environment.port, environment.origins) })

  const reportFailure = (error: unknown) => log.error({ error: String(error) }, 'A turn met an error')
  const ends = keepEnds({ database, tables, onFailure: reportFailure })
  const kill = createKillSwitch({
    ...{ sentinel: createSentinel(data.path), table: tables.kills, recorder, show: record.mask },
    onChange: channel.publishChange,
    onTrouble: (problem) => log.error({ problem }, 'The kill switch met trouble'),
  })
  const { refuse } = kill
  const processesOf = (sessionId: string) => data.session(sessionId).processes
  const containment = await createContainment(config.containment, data.path, {
    ...{ user, env: inherited },
    onMet: createMetLimitRecorder({ config: config.containment, tables, recorder, onFailure: reportFailure }),
  })
  const processes = createProcesses(tables.processes, processesOf, refuse, containment)
  const { gate, policy, ...gateParts } = startGate({
    ...{ environment, config, tables, recorder, data, log, kill, ends, onFailure: reportFailure },
  })
  const warm = {
    ...{ count: limits.warm_processes, idleMs: limits.warm_idle_minutes * 60_000 },
    freeMemoryBytes: 1024 ** 3,
  }
  const drivers = createDrivers({
    processes,
    // What the pool of the gateway holds is ended by the pool.
    limits: {
      print: warm,
      stream: warm,
      tui: { ...warm, count: limits.warm_processes + config.gateway.pool_size },
    },
    ...{ tables, recorder, parts: () => ({ terminals, turns }), onFailure: reportFailure },
  })
  const probes = createProbes(providers)
  const ladder = createLadder({
    ...{ config: config.ladder, providers, probes, tables, recorder, onFailure: reportFailure },
    parts: () => ({ turns, choices }),
  })
  const driver = ladder.watched(drivers)
  const personas = createPersonas(
    config.gateway,
    tables.gatewaySessions,
    (sessionId) => data.session(sessionId).path,
  )
  // Nothing is started beside what an earlier console has left of the same session.
  let swept: Promise<void> = Promise.resolve()
  const prepareLaunch = createLaunchOf({
    claude: locateBinary(root, environment.claude, inherited),
    agent,
    data,
    providers,
    inherited: data.agent ? { ...inherited, HOME: data.agent.home } : inherited,
    toolTimeoutMs: limits.tool_minutes * 60_000,
    drillAccess: rehearsals.access,
    personaOf: personas.of,
  })
  const launchOf: LaunchOf = async (session, resume) => {
    await swept
    return prepareLaunch(session, resume)
  }
  const sessions = createSessions({
    ...{ tables, recorder, driver, providers, rehearsals, data, launchOf },
    limits: { ...sessionLimits(limits), containment: containment.describe() },
    budget: sessionBudget(limits),
    ...{ drillsOnly, ends },
  })
  const choices = createChoices({ tables, recorder, driver, providers, launchOf })
  const turns = createTurns({
    surroundings: { driver, gate, recorder, tables, channel },
    launchOf,
    directoriesOf(sessionId) {
      const { temporary, outputs } = data.session(sessionId)
      return { temporaryDirectory: temporary, outputsDirectory: outputs }
    },
    limits: turnLimits(limits),
    ends,
    may: { accept: refuse, start: () => refuseWithoutSpace(data) },
    async onEnd(sessionId) {
      record.anchor()
      budgets.look(sessionId)
      await sessions.checkDrill(sessionId)
      // Not waited for: what is queued elsewhere does not wait for probes.
      void ladder.turnEnded(sessionId)
    },
    onFailure: reportFailure,
  })
  const endClockWatch = recordClockJumps(tables, recorder, ends, reportFailure)
  const streams = createStreams()
  const spaceWatch = watchSpace(data, turns)
  const terminals = createTerminals({
    ...{ table: tables.terminals, sessions: tables.sessions, recorder, inherited, refuse, containment },
    watch: auth.watch,
    recordingPath: (sessionId, id) => join(data.session(sessionId).path, 'terminals', `${id}.cast`),
    onTrouble: (problem) => log.error({ problem }, 'A terminal met trouble'),
  })

  const verbs = createVerbs({
    ...{ root, config, tables, recorder, inherited, refuse, containment },
    outputsOf: (sessionId) => data.session(sessionId).outputs,
    onTrouble: (problem) => log.error({ problem }, 'A verb met trouble'),
  })

  const kept = turns.adoptAll()
  const terminalsSwept = terminals.sweep().catch(reportFailure)
  const verbsSwept = verbs.sweep().catch(reportFailure)
  swept = processes.sweep(kept).then((survivors) => {
    if (survivors.length > 0) log.error({ survivors }, 'Processes of the console before could not be ended')
  }, reportFailure)
  const closing: Sessions = {
    ...sessions,
    async close(id, outcome, summary, operator) {
      const closed = await sessions.close(id, outcome, summary, operator)
      await terminals.endAll(id, operator, 'The session was closed')
      await verbs.endOf(id, operator, 'The session was closed')
      return closed
    },
  }
  const { gateway, pool } = startGateway({
    ...{ config: config.gateway, auth, sessions: closing, turns, channel, tables, data, providers, personas },
    ...{ terminals, refuse },
    claudeVersion: async () => (await binary).version,
    onProblem: (problem) => log.error({ problem }, 'The gateway met a problem'),
    reportError: (entry) => log.error(entry, 'A request of the gateway failed'),
  })
  void pool.closeLeft()
  kill.arm(createStopEverything({ turns, terminals, verbs, processes, pool, tables }))
  const timeBox = startTimeBox({ tables, recorder, turns, driver, launchOf, ends, limits })
  const budgets = startBudgets({ tables, recorder, turns })
  const endLockWatch = startLockWatch({ database, tables, turns, terminals, verbs })
  turns.startWaiting()
  void ladder.resume()

  const runtime: Runtime = {
    ...record.display({ sessions: closing, turns, gate, choices, timeBox, budgets }),
    ...{ auth, streams, policy, gateway, data, terminals, kill, ladder, probes },
    verbs: { ...verbs, runbooks: (by) => record.mask(verbs.runbooks(by)) },
    observers: createObserverLinks({ tables, recorder, auth }),
    accounts: createAccounts(database, log),
    server: randomUUID(),
    presence: createPresence(),
    health: createHealth({
      version,
      binary,
      data,
      probes,
      recordTrouble: recorder.trouble,
      others: () => [checkKill(kill.view()), gateParts.checkPolicy(), containment.describe()],
    }),
    drills: { list: rehearsals.list },
    config: viewConfig(agent, providers, limits),
    openStream(identity, request, start) {
      return streams.respond(request.signal, (sink) => {
        const unwatch = auth.watch(identity, sink.end)
        const source = start(sink)
        return {
          pump: source.pump,
          close() {
            unwatch()
            source.close()
          },
        }
      })
    },
    streamWorker: () => readFileSync(join(root, '.build', 'server', 'stream-worker.js'), 'utf8'),
    reportError: (entry) => log.error(entry, 'A request failed'),
  }

  return {
    runtime,
    adopted: kept.size,
    async close() {
      kill.close()
      spaceWatch.close()
      gateParts.close()
      timeBox.close()
      budgets.close()
      endLockWatch()
      endClockWatch()
      await pool.close()
      await Promise.all([terminals.close(), verbs.close()]) // first: they record ends
      await turns.close()
      streams.closeAll()
      auth.close()
      await Promise.all([swept, terminalsSwept, verbsSwept])
      await driver.close()
      await rehearsals.close()
      containment.close()
      record.close()
    },
  }
}
