// Drills in the running console: the scripted model that plays them, and what they break and check.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { DrillView } from '../../lib/api.ts'
import type { ModelAccess } from '../claude/launch.ts'
import { checkDrill, type Drill, drillScenarios, endDrill, listDrills, prepareDrill } from './drills.ts'
import { modelOf, type ScriptedModel, startScriptedModel } from './scripted-model.ts'

export type Rehearsals = {
  list(): Promise<DrillView[]>
  /** Where the scripted model answers for a drill. */
  access(drill: string): ModelAccess
  prepare(drill: string, workspace: string): Promise<void>
  check(drill: string, workspace: string): ReturnType<typeof checkDrill>
  end(workspace: string): Promise<void>
  close(): Promise<void>
}

/**
 * Starts the scripted model, on the port it had before: a drill's CLI that outlived the console asks there.
 *
 * @param root of the project
 * @param directory where the port is remembered
 */
export async function startRehearsals(root: string, directory: string): Promise<Rehearsals> {
  const portFile = join(directory, 'drill-port')
  const scenarios = drillScenarios(root)
  const model = await startOnPort(scenarios, rememberedPort(portFile))
  writeFileSync(portFile, String(model.port), { mode: 0o600 })
  return {
    list: async () => (await listDrills(root)).map(view),
    access: (drill) => ({ baseUrl: model.url, keyFile: null, variables: {}, model: modelOf(drill) }),
    prepare: (drill, workspace) => prepareDrill(root, drill, workspace),
    check: (drill, workspace) => checkDrill(root, drill, workspace),
    end: (workspace) => endDrill(root, workspace),
    close: () => model.close(),
  }
}

async function startOnPort(scenarios: string, port: number): Promise<ScriptedModel> {
  try {
    return await startScriptedModel({ scenarios, port })
  } catch {
    return startScriptedModel({ scenarios }) // somebody else has the port now
  }
}

function rememberedPort(file: string): number {
  try {
    return Number(readFileSync(file, 'utf8')) || 0
  } catch {
    return 0
  }
}

function view({ name, title, reason, prompt }: Drill): DrillView {
  return { name, title, reason, prompt }
}
