'use client'
import Link from 'next/link'
import { use, useEffect, useState } from 'react'
import type { Health, HealthCheck } from '../../lib/api.ts'
import { api } from '../api.ts'
import { cn } from '../ui/cn.ts'
import { SEVERITY_TEXT, SeverityIcon } from '../ui/severity.tsx'

/** The checks, what fails first and in its colour; read anew when the reader comes back to the tab. */
export function LiveChecks({ first }: { first: Promise<HealthCheck[]> }) {
  const read = use(first)
  const [later, setLater] = useState<HealthCheck[] | null>(null)

  useEffect(() => {
    function readAgain() {
      if (document.visibilityState !== 'visible') return
      api<Health>('GET', '/api/status').then((answer) => answer.ok && setLater(answer.data.checks))
    }
    document.addEventListener('visibilitychange', readAgain)
    return () => document.removeEventListener('visibilitychange', readAgain)
  }, [])

  const order = { error: 0, warn: 1, ok: 2 }
  const sorted = [...(later ?? read)].sort((a, b) => order[a.state] - order[b.state])
  return (
    <ul className="tabular flex flex-wrap gap-x-5 gap-y-1.5">
      {sorted.map((check) => (
        <li
          key={check.name}
          title={[check.detail, check.hint].filter(Boolean).join('. ')}
          className="flex min-w-0 items-start gap-1.5 py-px"
        >
          <SeverityIcon severity={check.state} className="mt-px" />
          <span className="sr-only">{WORD[check.state]}: </span>
          <span className="text-faint">{check.name}</span>
          <span className={cn('min-w-0', check.state === 'ok' ? 'text-muted' : SEVERITY_TEXT[check.state])}>
            {check.state === 'error' && check.hint
              ? `${check.detail}. ${check.hint}`
              : (check.brief ?? check.detail)}
          </span>
        </li>
      ))}
      <li className="py-px">
        <Link
          href="/settings#health"
          prefetch={false}
          className="-my-1 inline-flex min-h-6 items-center text-muted underline decoration-line underline-offset-4 hover:text-text"
        >
          In full
        </Link>
      </li>
    </ul>
  )
}

const WORD = { ok: 'Works', warn: 'Warning', error: 'Fails' } as const
