import Link from 'next/link'
import type { SessionView } from '../../lib/api.ts'
import { formatCost, makeVisible, oneLine } from '../../lib/format.ts'
import { describeSession, formatSpan } from '../shell/session-state.ts'
import { Time } from '../time.tsx'
import { Chip } from '../ui/chip.tsx'
import { cn } from '../ui/cn.ts'
import { SeverityWord } from '../ui/severity.tsx'

const COLUMNS = [
  ['State', 'w-28'],
  ['Session', ''],
  ['Operator', 'w-28 max-[860px]:w-20'],
  ['Opened', 'w-28 max-[860px]:w-24'],
  ['Length', 'w-20 text-right max-[860px]:hidden'],
  ['Turns', 'w-14 text-right max-[860px]:hidden'],
  ['Cost', 'w-20 text-right'],
] as const

/** A table on a wide screen; on a narrow one each row is a card. */
export function SessionTable({ sessions }: { sessions: SessionView[] }) {
  return (
    <table className="w-full table-fixed border-collapse text-13 narrow:block">
      <caption className="sr-only">Sessions, the newest first</caption>
      <thead className="narrow:sr-only">
        <tr className="border-b border-line">
          {COLUMNS.map(([name, width]) => (
            <th
              key={name}
              scope="col"
              className={cn('px-2 pb-2 text-left text-12 font-medium text-faint', width)}
            >
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody className="narrow:flex narrow:flex-col narrow:gap-2">
        {sessions.map((session) => (
          <Row key={session.id} session={session} />
        ))}
      </tbody>
    </table>
  )
}

function Row({ session }: { session: SessionView }) {
  const state = describeSession(session)
  // The columns tell how a closed one ended; what is left to say is what came out of it.
  const about =
    session.status === 'closed' ? oneLine(session.summary ?? unlessTitle(session), 160) : state.detail
  return (
    <tr className="group/time relative border-b border-line transition-colors hover:bg-surface narrow:grid narrow:grid-cols-[1fr_auto] narrow:gap-x-3 narrow:gap-y-1 narrow:rounded-lg narrow:border narrow:p-3">
      <td className={cn(CELL, 'narrow:order-1')}>
        <SeverityWord severity={state.severity}>{state.word}</SeverityWord>
      </td>
      <th scope="row" className={cn(CELL, 'text-left font-normal narrow:order-3 narrow:col-span-2')}>
        <span className="flex min-w-0 items-baseline gap-2">
          <Link
            href={`/sessions/${session.id}`}
            prefetch={false}
            className="min-w-0 truncate text-14 font-medium after:absolute after:inset-0 max-[860px]:whitespace-normal"
          >
            {makeVisible(session.title)}
          </Link>
          {session.kind === 'drill' ? <Chip className="-my-0.5 h-5 text-muted">Drill</Chip> : null}
          {session.ticket ? (
            <Chip className="-my-0.5 h-5 text-muted">{makeVisible(session.ticket)}</Chip>
          ) : null}
        </span>
        {about ? (
          <span className="block truncate pt-0.5 text-12 text-muted max-[860px]:whitespace-normal">
            {about}
          </span>
        ) : null}
      </th>
      <td className={cn(CELL, 'truncate text-muted narrow:order-4')}>{session.operator}</td>
      <td className={cn(CELL, 'text-muted narrow:order-2 narrow:text-right')}>
        <Time at={session.created_at} align="left" className="z-1" />
      </td>
      <td className={cn(NUMBER, 'max-[860px]:hidden')}>{formatSpan(session)}</td>
      <td className={cn(NUMBER, 'max-[860px]:hidden')}>{session.turns}</td>
      <td className={cn(NUMBER, 'narrow:order-5')}>{formatCost(session.total_cost_usd)}</td>
    </tr>
  )
}

function unlessTitle({ reason, title }: SessionView): string {
  return reason.startsWith(title.replace(/…$/, '')) ? '' : reason
}

const CELL = 'px-2 py-2.5 align-baseline narrow:p-0'
const NUMBER = `${CELL} tabular text-right text-muted`
