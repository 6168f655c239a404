import Link from 'next/link'
import type { SessionPage } from '../../lib/api.ts'
import { buttonClass } from '../ui/button.tsx'
import { Filters } from './filters.tsx'
import { type HistoryQuery, isNarrowed, toSearch } from './query.ts'
import { SessionTable } from './session-table.tsx'

/** Every session there was: searched, narrowed down, page by page. It works without a line of script. */
export function History({ query, page }: { query: HistoryQuery; page: SessionPage }) {
  const narrowed = isNarrowed(query)
  return (
    <main
      id="main"
      tabIndex={-1}
      className="mx-auto flex w-full max-w-[1184px] flex-col gap-5 px-8 pt-8 pb-12 narrow:px-4 narrow:pt-6"
    >
      <h1 className="text-22 font-semibold">Sessions</h1>
      <Filters query={query} narrowed={narrowed} />
      {page.sessions.length > 0 ? (
        <SessionTable sessions={page.sessions} />
      ) : narrowed ? (
        <NothingFound />
      ) : (
        <NoneYet older={query.cursor !== undefined} />
      )}
      {page.next_cursor || query.cursor ? (
        <nav aria-label="Pages" className="flex gap-2">
          {query.cursor ? (
            <Link href={`/sessions${toSearch(query, undefined)}`} className={buttonClass()}>
              Newest
            </Link>
          ) : null}
          {page.next_cursor ? (
            <Link href={`/sessions${toSearch(query, page.next_cursor)}`} className={buttonClass()}>
              Older
            </Link>
          ) : null}
        </nav>
      ) : null}
    </main>
  )
}

function NothingFound() {
  return (
    <Empty title="No session matches">
      The search reads reasons, titles, tickets, prompts and summaries. Fewer words or a wider span of days
      find more.{' '}
      <Link href="/sessions" className="text-accent underline underline-offset-4">
        Show all sessions
      </Link>
    </Empty>
  )
}

function NoneYet({ older }: { older: boolean }) {
  if (older)
    return <Empty title="That was all of them">There is nothing older in this console’s record.</Empty>
  return (
    <Empty title="No sessions yet">
      Each recovery leaves one here: who asked what, every command with its output, and how it ended.{' '}
      <Link href="/" className="text-accent underline underline-offset-4">
        Start one, or a drill, on Now
      </Link>
    </Empty>
  )
}

function Empty({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <div className="rounded-lg border border-dashed border-line px-6 py-10 text-center">
      <h2 className="font-medium">{title}</h2>
      <p className="mx-auto max-w-[52ch] pt-1 text-13 text-muted text-balance">{children}</p>
    </div>
  )
}
