import type { Metadata } from 'next'
import { cache } from 'react'
import { nowTitle } from '../../components/now/choose-sessions.ts'
import { Now } from '../../components/now/now.tsx'
import { getRuntime } from '../../server/runtime.ts'
import { requireOperator } from '../require-operator.ts'

const OPEN_READ = 100
const RECENT_READ = 50

/** Everything that is open, then what was closed lately; read once a request. */
const readSessions = cache(() => {
  const { sessions } = getRuntime()
  const open = sessions.list({ outcome: 'open', limit: OPEN_READ }).sessions
  const recent = sessions.list({ limit: RECENT_READ }).sessions
  return [...open, ...recent.filter((session) => session.status === 'closed')]
})

export async function generateMetadata(): Promise<Metadata> {
  await requireOperator()
  return { title: nowTitle(readSessions()) }
}

export default async function NowPage() {
  const { operator } = await requireOperator()
  const { health, drills, config, gate } = getRuntime()
  return (
    <Now
      operator={operator}
      sessions={readSessions()}
      waiting={gate.list('pending', null)}
      checks={health.checks()}
      drills={await drills.list()}
      hasCredentials={config.has_credentials}
      choices={{
        drivers: config.drivers,
        providers: config.providers,
        defaultProvider: config.default_provider,
      }}
    />
  )
}
