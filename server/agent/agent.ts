// The recovery agent: its prompt and limits are data, replaceable in the configuration.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AgentDefinition } from '../claude/launch.ts'

export type Agent = AgentDefinition & {
  /** Where the prompt comes from, for the page: `built in`, or a path. */
  source: string
}

/** Tools the agent does without: they outlive the turn or leave the workspace's session. */
const WITHOUT = [
  'CronCreate',
  'CronDelete',
  'CronList',
  'EnterWorktree',
  'ExitWorktree',
  'ReportFindings',
  'ScheduleWakeup',
  'SendMessage',
  'Skill',
  'Workflow',
] as const

/** By which the agent asks its operator: not where nobody is there to answer. */
export const ASKING_TOOLS = ['AskUserQuestion', 'EnterPlanMode', 'ExitPlanMode'] as const

/**
 * @param root of the project
 * @param promptFile replaces the built-in prompt, null to keep it
 * @throws Error when the file can't be read or is empty
 */
export function loadAgent(root: string, promptFile: string | null): Agent {
  const path = promptFile ?? join(root, 'server', 'agent', 'recovery.md')
  const prompt = readFileSync(path, 'utf8').trim()
  if (prompt === '')
    throw new Error(`The agent's prompt ${path} is empty: write one, or leave it out for the built-in one`)
  return {
    name: 'recovery',
    description: 'Finds out what is broken, and mends it in small reversible steps while an operator watches',
    prompt,
    disallowed_tools: WITHOUT,
    source: promptFile ?? 'built in',
  }
}
