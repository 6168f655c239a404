'use client'
import { useRouter } from 'next/navigation'
import { startTransition } from 'react'
import { useSessionsChanged } from '../stream/use-session.ts'

/** Draws the lists of a page anew when they have changed; what is typed meanwhile stays. */
export function LiveNow() {
  const router = useRouter()
  useSessionsChanged(() => startTransition(() => router.refresh()), 1000)
  return null
}
