import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { Console } from '../../../components/console/console.tsx'
import { SkipLink } from '../../../components/shell/skip-link.tsx'
import { getRuntime } from '../../../server/runtime.ts'
import { requireObserver } from '../../require-observer.ts'

export const metadata: Metadata = { title: 'Read-only view' }

export default async function ObservedPage({ params }: { params: Promise<{ id: string }> }) {
  const { operator, observer } = await requireObserver((await params).id)
  const session = getRuntime().sessions.get(observer.session_id) ?? notFound()
  return (
    <div className="[--bar-bottom:0px]">
      <SkipLink />
      <Console key={session.id} session={session} operator={operator} observer={observer} />
    </div>
  )
}
