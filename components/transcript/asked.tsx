import { readPlan, readQuestions } from '../../lib/agent-questions.ts'
import { makeVisible } from '../../lib/format.ts'
import { Markdown } from './markdown.tsx'

/** What the agent asked the operator; the answers are the call's output. */
export function Asked({ input }: { input: Record<string, unknown> }) {
  return (
    <ol className="flex flex-col gap-1.5 border-t border-line bg-bg px-3 py-2.5 text-13">
      {readQuestions(input).map(({ question, options }) => (
        <li key={question}>
          {makeVisible(question)}
          {options.length > 0 ? (
            <span className="block text-faint">
              {options.map(({ label }) => makeVisible(label)).join(' · ')}
            </span>
          ) : null}
        </li>
      ))}
    </ol>
  )
}

/** What the agent wants to do. */
export function Plan({ input }: { input: Record<string, unknown> }) {
  return (
    <div className="border-t border-line bg-bg px-3 py-2.5">
      <Markdown text={readPlan(input)} />
    </div>
  )
}
