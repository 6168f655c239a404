import { ChevronRight } from 'lucide-react'
import type { ReactNode } from 'react'
import { makeVisible, oneLine } from '../../lib/format.ts'
import { cn } from '../ui/cn.ts'
import { type Severity, SeverityWord } from '../ui/severity.tsx'
import { Elapsed } from './clock.tsx'

/** The head of a card, and what folds it: how it stands, what it is, its own words in mono, marks and figures. */
export function CardHead({
  state,
  since,
  name,
  line,
  title,
  figures,
  open,
  onFold,
  children,
}: {
  state: { severity: Severity; word: string }
  /** While it runs. */
  since: string | null
  /** The tool or verb; empty where the line says it. */
  name: string
  /** The command or path. */
  line: string
  /** The whole of a line that is shown shortened. */
  title?: string | undefined
  figures: readonly (string | null)[]
  open: boolean
  onFold: () => void
  /** Marks. */
  children?: ReactNode
}) {
  return (
    <button
      type="button"
      data-fold=""
      aria-expanded={open}
      onClick={onFold}
      className="flex min-h-9 w-full min-w-0 items-center gap-2.5 px-3 py-1.5 text-left -outline-offset-2 transition-colors hover:bg-raised narrow:relative narrow:flex-wrap narrow:gap-y-0.5 narrow:py-2 narrow:pr-9"
    >
      <SeverityWord severity={state.severity}>
        {state.word}
        {since === null ? null : <Elapsed since={since} className="tabular" />}
      </SeverityWord>
      {name ? (
        <span className="max-w-1/2 shrink-0 truncate text-13 font-medium narrow:max-w-full">
          {makeVisible(oneLine(name, 60))}
        </span>
      ) : null}
      {/* On a phone: what it is and its marks on one line, its words and figures on the next. */}
      <span aria-hidden="true" className="hidden basis-full narrow:order-2 narrow:block" />
      <code className="min-w-0 flex-1 truncate narrow:order-2" title={title}>
        {oneLine(line, 300)}
      </code>
      <span className="ml-auto flex items-center gap-2.5 empty:-mr-2.5">{children}</span>
      {figures.map((figure) =>
        figure === null ? null : (
          <span key={figure} className="tabular shrink-0 text-12 whitespace-nowrap text-faint narrow:order-2">
            {figure}
          </span>
        ),
      )}
      <ChevronRight
        size={14}
        aria-hidden="true"
        className={cn(
          'shrink-0 text-faint transition-transform narrow:absolute narrow:top-3 narrow:right-3',
          open && 'rotate-90',
        )}
      />
    </button>
  )
}
