import type { Metadata } from 'next'
import { OperatorsPage } from '../../../../components/operators/operators-page.tsx'
import { getRuntime } from '../../../../server/runtime.ts'
import { requireOperator } from '../../../require-operator.ts'

export const metadata: Metadata = { title: 'Operators' }

export default async function SettingsOperatorsPage() {
  const { operator } = await requireOperator('admin')
  return <OperatorsPage first={getRuntime().accounts.list()} self={operator.name} />
}
