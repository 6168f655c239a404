import { Check, Circle, CircleDot } from 'lucide-react'
import type { ReactNode } from 'react'
import type { ToolBlock } from '../../lib/block-types.ts'
import { formatDuration, makeVisible } from '../../lib/format.ts'
import { readTodos, type Todo } from '../../lib/tool-call.ts'
import { cn } from '../ui/cn.ts'
import { Asked, Plan } from './asked.tsx'
import { Diff } from './diff.tsx'
import type { Patch } from './edit-patch.ts'
import { Markdown } from './markdown.tsx'
import { Output, TAIL_LINES } from './output.tsx'

/** A command of more than this is shown whole below its line. */
const LINE_CHARACTERS = 80
const ANSWERS_IN_MARKDOWN = new Set(['Task', 'Agent', 'WebFetch', 'WebSearch'])
const SAID_BY_HEADER = new Set([
  'Bash',
  'Read',
  'Grep',
  'Glob',
  'LS',
  'WebFetch',
  'WebSearch',
  'Edit',
  'MultiEdit',
  'Write',
])

/** What a call was given and what came back, each in the form that its tool is read best. */
export function ToolBody({
  tool,
  said,
  patch,
  wrap,
  children,
}: {
  tool: ToolBlock
  /** What the card's head says of the call. */
  said: string
  patch: Patch | null
  wrap: boolean
  /** What a subagent did. */
  children: ReactNode
}) {
  return (
    <>
      <Given tool={tool} said={said} />
      {patch ? <Diff patch={patch} /> : null}
      {tool.children.length > 0 ? (
        <div className="flex flex-col gap-2 border-t border-line bg-bg py-3 pr-3 pl-4">
          <div className="flex flex-col gap-2 border-l-2 border-line pl-4">{children}</div>
        </div>
      ) : null}
      <Answer tool={tool} patch={patch} wrap={wrap} />
    </>
  )
}

function Given({ tool, said }: { tool: ToolBlock; said: string }) {
  if (tool.name === 'TodoWrite') return <Todos todos={readTodos(tool.input.todos)} />
  if (tool.name === 'AskUserQuestion') return <Asked input={tool.input} />
  if (tool.name === 'ExitPlanMode') return <Plan input={tool.input} />
  const whole = SAID_BY_HEADER.has(tool.name)
    ? said.length > LINE_CHARACTERS || said.includes('\n')
      ? said
      : ''
    : ANSWERS_IN_MARKDOWN.has(tool.name)
      ? typeof tool.input.prompt === 'string'
        ? tool.input.prompt
        : ''
      : JSON.stringify(tool.input, null, 2)
  if (whole === '' || whole === '{}') return null
  return (
    <pre
      className="max-h-80 overflow-y-auto border-t border-line px-3 py-2.5 whitespace-pre-wrap wrap-anywhere"
      {...REACHABLE}
    >
      {makeVisible(whole)}
    </pre>
  )
}

/** What scrolls has to be reachable without a mouse. */
const REACHABLE = { tabIndex: 0 } as const

function Answer({ tool, patch, wrap }: { tool: ToolBlock; patch: Patch | null; wrap: boolean }) {
  const shell = tool.name === 'Bash'
  if (tool.output === null) {
    if (tool.tail !== '') {
      return (
        <Output
          text={tool.tail}
          wrap
          keep="end"
          lines={TAIL_LINES}
          className="border-t border-line bg-bg text-muted"
        />
      )
    }
    return tool.state === 'running' && shell ? <Said>No output yet.</Said> : null
  }
  if (tool.stopped) return <StoppedCall stopped={tool.stopped} told={tool.output} />
  const failed = tool.state !== 'succeeded'
  // An edit that worked says nothing that its diff does not.
  if ((patch || tool.name === 'TodoWrite') && !failed) return null
  if (tool.output.trim() === '') return <Said>{shell ? 'It wrote nothing.' : 'An empty answer.'}</Said>
  if (ANSWERS_IN_MARKDOWN.has(tool.name) && !failed) {
    return (
      <div className="border-t border-line bg-bg px-3 py-2.5">
        <Markdown text={tool.output} />
      </div>
    )
  }
  return (
    <Output
      text={withoutExitLine(tool)}
      wrap={wrap}
      keep={shell ? 'end' : 'start'}
      className="border-t border-line bg-bg"
    />
  )
}

/** The exit code stands in the card's head. */
function withoutExitLine(tool: ToolBlock): string {
  const output = tool.output ?? ''
  return tool.exit_code !== null && tool.state !== 'succeeded'
    ? output.replace(/^(?:Error: )?Exit code \d+\n(?=.)/, '')
    : output
}

/** In place of what it wrote, which is kept and linked below, the CLI gives words of its own: they are not for people. */
function StoppedCall({ stopped, told }: { stopped: NonNullable<ToolBlock['stopped']>; told: string }) {
  const by = stopped.operator === 'console' ? 'the console' : makeVisible(stopped.operator)
  const reason = stopped.reason === null ? '' : `: ${makeVisible(stopped.reason)}`
  return (
    <div className="border-t border-line bg-bg px-3 py-2 text-13 text-muted">
      <p className="wrap-anywhere">
        Stopped by {by} after {formatDuration(stopped.after_ms)}
        {reason}
      </p>
      <details className="mt-1 text-12 text-faint">
        <summary className="min-h-6 cursor-default content-center hover:text-text">
          What the CLI told the model
        </summary>
        <p className="pt-1 whitespace-pre-wrap wrap-anywhere">{makeVisible(told)}</p>
      </details>
    </div>
  )
}

function Said({ children }: { children: string }) {
  return <p className="border-t border-line bg-bg px-3 py-2 text-13 text-faint">{children}</p>
}

const TODO_ICON = { pending: Circle, in_progress: CircleDot, completed: Check } as const
const TODO_WORD = { pending: 'To do', in_progress: 'Now', completed: 'Done' } as const

function Todos({ todos }: { todos: Todo[] }) {
  return (
    <ul className="flex flex-col gap-1 border-t border-line bg-bg px-3 py-2.5">
      {todos.map((todo) => {
        const Icon = TODO_ICON[todo.state]
        return (
          <li key={todo.text} className="flex gap-2 text-13">
            <Icon
              size={14}
              aria-hidden="true"
              className={cn('mt-[3px] shrink-0 text-faint', todo.state === 'in_progress' && 'text-running')}
            />
            <span className="sr-only">{TODO_WORD[todo.state]}: </span>
            <span className={todo.state === 'completed' ? 'text-muted' : ''}>{makeVisible(todo.text)}</span>
          </li>
        )
      })}
    </ul>
  )
}
