import { createContext, type ReactNode } from 'react'
import { cn } from '../ui/cn.ts'

/** The session whose record is drawn: for links to events and kept outputs. */
export const SessionId = createContext('')
/** Whether the reader may act in it: run, confirm, stop. */
export const MayAct = createContext(false)
/** Where its agent works: paths below it are shown from there. */
export const WorkspacePath = createContext('')

/**
 * One event, or all that a card stands for: the place that links (`#e-SEQ`) and the keys j and k go to.
 * What is out of sight is neither laid out nor painted, but is still found by the browser's search.
 */
export function EventPlace({
  seqs,
  change = false,
  className,
  children,
}: {
  seqs: readonly number[]
  /** It changes something: `]` and `[` stop here. */
  change?: boolean
  className?: string
  children: ReactNode
}) {
  const [first, ...others] = seqs
  return (
    <div
      {...(first === undefined ? {} : { id: `e-${first}` })}
      tabIndex={-1}
      data-event=""
      {...(change ? { 'data-change': '' } : {})}
      className={cn(
        '-m-2 scroll-my-6 rounded-lg p-2 [contain-intrinsic-size:auto_96px] [content-visibility:auto] data-linked:bg-accent/8 data-linked:outline data-linked:outline-accent/60',
        className,
      )}
    >
      {others.map((seq) => (
        <span key={seq} id={`e-${seq}`} className="sr-only" />
      ))}
      {children}
    </div>
  )
}
