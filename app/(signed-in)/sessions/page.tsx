import type { Metadata } from 'next'
import { History } from '../../../components/history/history.tsx'
import { readQuery, toFilter } from '../../../components/history/query.ts'
import { getRuntime } from '../../../server/runtime.ts'
import { requireOperator } from '../../require-operator.ts'

export const metadata: Metadata = { title: 'Sessions' }

const PAGE_SIZE = 50

type Search = Promise<Record<string, string | string[] | undefined>>

export default async function SessionsPage({ searchParams }: { searchParams: Search }) {
  await requireOperator()
  const query = readQuery(await searchParams)
  return <History query={query} page={getRuntime().sessions.list({ ...toFilter(query), limit: PAGE_SIZE })} />
}
