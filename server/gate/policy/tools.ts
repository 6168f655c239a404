// What a call of one of the CLI's tools would do.
import type { Question } from '../../drivers/driver.ts'
import { hostOfUrl } from './commands/network.ts'
import type { Analysis, Effect } from './effects.ts'
import { HOME, type PolicyContext } from './paths.ts'
import { emit, type Run, type Target } from './shell/call.ts'
import { createShell } from './shell/state.ts'
import { runText } from './shell/walk.ts'

/** Tools that only look, or whose own calls are asked one by one. */
const HARMLESS = new Set(
  'Task Agent TodoWrite TodoRead TaskCreate TaskUpdate TaskList TaskGet TaskOutput TaskStop BashOutput KillShell KillBash Glob LS Skill ReportFindings ToolSearch EnterPlanMode ListMcpResourcesTool LSP Sleep'.split(
    ' ',
  ),
)

/** Never throws: a call that can't be understood says so. */
export function analyse(question: Pick<Question, 'tool_name' | 'input'>, context: PolicyContext): Analysis {
  const run: Run = {
    context,
    effects: [],
    seen: new Set(),
    pipes: new Map(),
    visited: new Set(),
    steps: 0,
    characters: 0,
    gaveUp: null,
  }
  const { tool_name: tool, input } = question
  const shell = createShell(context.cwd, context.home ?? HOME)
  const tell = (act: Effect['act'], target?: Target) => emit(run, shell, tool, [], act, target)
  try {
    // A tool takes its own word for the path; what stands under another one must not hide it.
    const words = [input.file_path, input.notebook_path, input.path]
    if (tool.startsWith('Notebook')) words.unshift(input.notebook_path)
    if (tool === 'Grep') words.unshift(input.path ?? '.')
    const path = words.find((value) => typeof value === 'string')
    switch (tool) {
      case 'Bash':
        if (typeof input.command === 'string') runText(input.command, shell, run)
        else tell('unparsed', { note: 'A call without a command' })
        break
      case 'Read':
      case 'NotebookRead':
        tell(path === undefined ? 'unparsed' : 'read', path === undefined ? {} : { path })
        break
      case 'Grep':
        tell('read', { path: path ?? '.', tree: true })
        break
      case 'Write':
        tell(path === undefined ? 'unparsed' : 'overwrite', path === undefined ? {} : { path })
        break
      case 'Edit':
      case 'MultiEdit':
      case 'NotebookEdit':
        tell(path === undefined ? 'unparsed' : 'edit', path === undefined ? {} : { path })
        break
      case 'WebFetch':
        tell('connect', { host: hostOfUrl(String(input.url)) })
        break
      case 'WebSearch':
        tell('connect', { host: 'the search engine' })
        break
      case 'AskUserQuestion':
      case 'ExitPlanMode':
        tell('ask-operator')
        break
      default:
        tell(HARMLESS.has(tool) ? 'work' : 'unknown-tool')
    }
  } catch (error) {
    run.gaveUp = `a fault of the policy itself (${(error as Error).message})`
  }
  if (run.gaveUp !== null) {
    run.effects.push({ act: 'unparsed', program: tool, args: [], remote: false, via: [], note: run.gaveUp })
  }
  if (run.effects.length === 0) tell('look')
  return { tool, effects: run.effects }
}
