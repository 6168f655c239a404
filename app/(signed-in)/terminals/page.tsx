import type { Metadata } from 'next'
import { TerminalsPage } from '../../../components/terminal/terminals-page.tsx'
import { getRuntime } from '../../../server/runtime.ts'
import { requireOperator } from '../../require-operator.ts'

export const metadata: Metadata = { title: 'Terminals' }

const SESSIONS = 100

type Search = Promise<Record<string, string | string[] | undefined>>

export default async function Terminals({ searchParams }: { searchParams: Search }) {
  const { operator } = await requireOperator()
  const { session } = await searchParams
  const { sessions, terminals } = getRuntime()
  const names = sessions
    .list({ limit: SESSIONS })
    .sessions.map(({ id, title, closed_at }) => ({ id, title, closed: closed_at !== null }))
  const chosen = typeof session === 'string' ? session : null
  return <TerminalsPage initial={terminals.list()} sessions={names} chosen={chosen} operator={operator} />
}
