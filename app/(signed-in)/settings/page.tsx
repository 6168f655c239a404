import type { Metadata } from 'next'
import { Settings } from '../../../components/settings/settings.tsx'
import { getRuntime } from '../../../server/runtime.ts'
import { requireOperator } from '../../require-operator.ts'

export const metadata: Metadata = { title: 'Settings' }

export default async function SettingsPage() {
  const { operator } = await requireOperator()
  const { config, health } = getRuntime()
  return (
    <Settings
      operator={operator}
      agent={config.agent}
      limits={config.limits}
      checks={health.checks()}
      providers={config.providers}
      defaultProvider={config.default_provider}
    />
  )
}
