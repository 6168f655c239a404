import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { TerminalPage } from '../../../../components/terminal/terminal-page.tsx'
import { getRuntime } from '../../../../server/runtime.ts'
import { requireOperator } from '../../../require-operator.ts'

export const metadata: Metadata = { title: 'Terminal' }

type Props = {
  params: Promise<{ id: string }>
  searchParams: Promise<Record<string, string | string[] | undefined>>
}

export default async function Terminal({ params, searchParams }: Props) {
  const { operator } = await requireOperator()
  const { terminals, sessions } = getRuntime()
  const view = terminals.find((await params).id) ?? notFound()
  const session = sessions.get(view.session_id) ?? notFound()
  const replay = (await searchParams).replay === '1' || view.ended_at !== null
  return <TerminalPage view={view} session={session} operator={operator} replay={replay} />
}
