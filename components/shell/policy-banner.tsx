'use client'
import Link from 'next/link'
import { useEffect, useState } from 'react'
import type { Health } from '../../lib/api.ts'
import { api } from '../api.ts'
import { SeverityIcon } from '../ui/severity.tsx'

/** A file that breaks while nobody opens a page is told within this. */
const LOOK_MS = 30_000

/** Says on every page that the policy file can't be used, until it can. */
export function PolicyBanner({ first }: { first: string | null }) {
  const [broken, setBroken] = useState(first !== null)
  useEffect(() => {
    async function look() {
      if (document.visibilityState !== 'visible') return
      const answer = await api<Health>('GET', '/api/status')
      if (answer.ok)
        setBroken(answer.data.checks.some(({ name, state }) => name === 'Policy' && state === 'error'))
    }
    const timer = setInterval(look, LOOK_MS)
    document.addEventListener('visibilitychange', look)
    return () => {
      clearInterval(timer)
      document.removeEventListener('visibilitychange', look)
    }
  }, [])
  return (
    <div role="status">
      {broken ? (
        <p className="flex flex-wrap items-baseline gap-x-2.5 gap-y-0.5 border-b border-critical/60 bg-surface px-4 py-2 text-13">
          <SeverityIcon severity="critical" className="translate-y-0.5" />
          <b className="font-medium text-critical">The policy file is broken</b>
          <span className="text-muted">The policy before stays in force.</span>
          <Link
            href="/settings/policy"
            prefetch={false}
            className="text-text underline decoration-line underline-offset-4"
          >
            What is wrong
          </Link>
        </p>
      ) : null}
    </div>
  )
}
