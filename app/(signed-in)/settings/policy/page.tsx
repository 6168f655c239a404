import type { Metadata } from 'next'
import { PolicyPage } from '../../../../components/policy/policy-page.tsx'
import { getRuntime } from '../../../../server/runtime.ts'
import { requireOperator } from '../../../require-operator.ts'

export const metadata: Metadata = { title: 'Policy' }

export default async function SettingsPolicyPage() {
  await requireOperator()
  return <PolicyPage first={getRuntime().policy.view()} />
}
