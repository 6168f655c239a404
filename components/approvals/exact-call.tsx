'use client'
import { makeVisible } from '../../lib/format.ts'
import { describeCall } from '../../lib/tool-call.ts'
import { Diff, usePatch } from '../transcript/diff.tsx'
import { cn } from '../ui/cn.ts'

const SAID_BY_CALL = new Set(['Bash', 'Write', 'Edit', 'MultiEdit'])

/** A call word for word: what is decided on is what is seen. */
export function ExactCall({
  name,
  input,
  className,
}: {
  name: string
  input: Record<string, unknown>
  className?: string
}) {
  const patch = usePatch(name, input)
  return (
    <>
      <pre
        {...REACHABLE}
        className={cn(
          'max-h-48 shrink-0 overflow-y-auto rounded-md border border-line bg-bg px-2.5 py-2 whitespace-pre-wrap wrap-anywhere',
          className,
        )}
      >
        {makeVisible(exactText(name, input))}
      </pre>
      {patch ? (
        <div className="max-h-60 shrink-0 overflow-y-auto rounded-md border border-line [&>div]:border-t-0">
          <Diff patch={patch} />
        </div>
      ) : null}
    </>
  )
}

/** All that a call was given, where its one line does not say it. */
export function exactText(name: string, input: Record<string, unknown>): string {
  const { what } = describeCall(name, input)
  return SAID_BY_CALL.has(name) && what !== '' ? what : JSON.stringify(input, null, 2)
}

/** What scrolls has to be reachable without a mouse. */
const REACHABLE = { tabIndex: 0, role: 'group', 'aria-label': 'The exact call' } as const
