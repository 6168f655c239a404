import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { cache } from 'react'
import { Console } from '../../../../components/console/console.tsx'
import { makeVisible } from '../../../../lib/format.ts'
import { getRuntime } from '../../../../server/runtime.ts'
import { requireOperator } from '../../../require-operator.ts'

type Params = { params: Promise<{ id: string }> }

const readSession = cache((id: string) => getRuntime().sessions.get(id) ?? notFound())

export async function generateMetadata({ params }: Params): Promise<Metadata> {
  await requireOperator()
  const session = readSession((await params).id)
  return { title: makeVisible(session.title) }
}

export default async function SessionPage({ params }: Params) {
  const { operator } = await requireOperator()
  const session = readSession((await params).id)
  return <Console key={session.id} session={session} operator={operator} />
}
