// The drills: rehearsals that break something real in a session's workspace, and the check that it is repaired.
import { chmod, cp, mkdir, readdir, realpath, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { runProcess, startProcess } from '../child-process.ts'
import { listScenarios, loadScenario } from './scenario.ts'
import { modelOf } from './scripted-model.ts'

export type Drill = {
  name: string
  title: string
  /** The session's reason. */
  reason: string
  /** The first prompt that is offered. */
  prompt: string
  /** The model to run the CLI with, so that the scripted model plays this drill. */
  model: string
}

type DrillCheck = {
  repaired: boolean
  /** What was looked at and found, in a sentence for the operator. */
  message: string
}

/** Services and their supervisor are up after this time, or the drill can't be held. */
const PREPARE_MS = 20_000
const CHECK_MS = 15_000
/** The supervisor gives each service two seconds before it kills it. */
const END_MS = 6_000
/** All that a drill's processes get: they need nothing, and the console's variables are not theirs. */
const DRILL_ENVIRONMENT = { PATH: '/usr/local/bin:/usr/bin:/bin' }

/**
 * The directory of the drills' scenarios, for `startScriptedModel`.
 * @param root the project's root: the server is bundled, so its own place says nothing about the data's
 */
export function drillScenarios(root: string): string {
  return join(root, 'server', 'drill', 'scenarios')
}

/** Every drill there is, by name. Throws ScenarioError where one is wrong. */
export async function listDrills(root: string): Promise<Drill[]> {
  const scenarios = drillScenarios(root)
  const names = await listScenarios(scenarios)
  return Promise.all(
    names.map(async (name) => {
      const { title, reason = title, prompt = title } = await loadScenario(scenarios, name)
      return { name, title, reason, prompt, model: modelOf(name) }
    }),
  )
}

/**
 * Lays the drill out in the empty directory `workspace`, starts its services outside of any turn, and returns when
 * they are up and what is broken has shown itself. Throws when the workspace is not empty or something can't be started.
 */
export async function prepareDrill(root: string, name: string, workspace: string): Promise<void> {
  const scenarios = drillScenarios(root)
  await loadScenario(scenarios, name)
  if ((await readdir(workspace)).length > 0)
    throw new Error(`Expected an empty workspace for the drill, got "${workspace}"`)
  await cp(join(root, 'server', 'drill', 'workspace'), workspace, { recursive: true })
  await cp(join(scenarios, name, 'files'), workspace, { recursive: true })
  await mkdir(join(workspace, 'bin'), { recursive: true })
  for (const tool of await readdir(join(workspace, 'lib'))) {
    const command = COMMANDS.get(tool)
    if (command)
      await writeCommand(join(workspace, 'bin', command), join(await realpath(workspace), 'lib', tool))
  }
  await runScript(join(scenarios, name, 'prepare.mjs'), workspace, PREPARE_MS)
  await startSupervisor(root, workspace)
  await waitUntilBroken(root, name, workspace)
}

/** Whether what the drill broke is repaired, as a client of the service and a look at the files tell. Never throws. */
export async function checkDrill(root: string, name: string, workspace: string): Promise<DrillCheck> {
  try {
    const stdout = await runScript(join(drillScenarios(root), name, 'check.mjs'), workspace, CHECK_MS)
    return verdict.parse(JSON.parse(stdout))
  } catch (error) {
    return {
      repaired: false,
      message: `Not repaired: the check failed, ${error instanceof Error ? error.message : error}`,
    }
  }
}

const verdict = z.object({ repaired: z.boolean(), message: z.string() })

/**
 * Ends the drill's processes and returns when they are gone; the files stay. Does nothing where no drill runs.
 * A supervisor that does not listen is not signalled by a number read from a file, which may be another process's by now:
 * it ends by itself when the workspace is removed, and after six hours. Throws when it has not ended in END_MS.
 */
export async function endDrill(root: string, workspace: string): Promise<void> {
  if (!(await exists(workspace))) return
  await runScript(join(drillScripts(root), 'end.mjs'), workspace, END_MS)
}

const drillScripts = (root: string) => join(root, 'server', 'drill', 'scripts')

/** Which of the copied programs become commands of the workspace. */
const COMMANDS = new Map([
  ['svc.mjs', 'svc'],
  ['probe.mjs', 'probe'],
  ['volume.mjs', 'volume'],
  ['renew.mjs', 'renew'],
])

/** A command that runs with the console's own Node, since the host may have no other. */
async function writeCommand(file: string, program: string): Promise<void> {
  await writeFile(file, `#!/bin/sh\nexec ${quoted(process.execPath)} ${quoted(program)} "$@"\n`)
  await chmod(file, 0o755)
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}

/** Detached and outside of any turn: a turn's end kills all that the turn started. It outlives the console too. */
async function startSupervisor(root: string, workspace: string): Promise<void> {
  const supervisor = startProcess(
    process.execPath,
    [join(drillScripts(root), 'supervisor.mjs'), await realpath(workspace)],
    {
      cwd: workspace,
      env: DRILL_ENVIRONMENT,
      stdio: 'ignore',
      detached: true,
    },
  )
  supervisor.unref()
  let failure: string | undefined
  supervisor.once('error', ({ message }) => {
    failure = message
  })
  supervisor.once('exit', (code, signal) => {
    failure ??= `it ended with ${signal ?? `exit code ${code}`}`
  })
  const deadline = Date.now() + PREPARE_MS
  while (!(await exists(join(workspace, 'var', 'run', 'supervisor.pid')))) {
    if (failure !== undefined || Date.now() > deadline) {
      throw new Error(
        `The drill's supervisor did not start: ${failure ?? `it was not ready in ${PREPARE_MS / 1000} s`}`,
      )
    }
    await sleep(30)
  }
}

/** Some faults need a moment to show: a drill that begins healthy would teach nothing. */
async function waitUntilBroken(root: string, name: string, workspace: string): Promise<void> {
  const deadline = Date.now() + PREPARE_MS
  while ((await checkDrill(root, name, workspace)).repaired) {
    if (Date.now() > deadline)
      throw new Error(`The drill "${name}" did not break within ${PREPARE_MS / 1000} s`)
    await sleep(200)
  }
}

async function runScript(script: string, workspace: string, timeoutMs: number): Promise<string> {
  const { exitCode, stdout, stderr } = await runProcess(process.execPath, [script], {
    cwd: workspace,
    env: DRILL_ENVIRONMENT,
    timeoutMs,
  })
  if (exitCode !== 0)
    throw new Error(`"${script}" ended with ${exitCode ?? 'a signal'}: ${stderr.trim().slice(-500)}`)
  return stdout
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null)) !== null
}
