import type { Metadata } from 'next'
import { RunbooksPage } from '../../../components/runbooks/runbooks-page.tsx'
import { getRuntime } from '../../../server/runtime.ts'
import { requireOperator } from '../../require-operator.ts'

export const metadata: Metadata = { title: 'Runbooks' }

export default async function Runbooks() {
  const { operator } = await requireOperator()
  return <RunbooksPage runbooks={getRuntime().verbs.runbooks(operator)} operator={operator} />
}
