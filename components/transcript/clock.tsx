'use client'
import { createContext, useContext, useSyncExternalStore } from 'react'
import { formatClock } from '../../lib/format.ts'

/** What the reader's clock is ahead of the server's, in milliseconds: timers run on the server's. */
export const ClockAhead = createContext(0)

const TICK_MS = 1000
const listeners = new Set<() => void>()
let second = 0
let timer: ReturnType<typeof setInterval> | undefined

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  timer ??= setInterval(tick, TICK_MS)
  tick()
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0) return
    clearInterval(timer)
    timer = undefined
  }
}

function tick(): void {
  second = Math.floor(Date.now() / TICK_MS)
  for (const listener of listeners) listener()
}

/** The server's time in epoch milliseconds, told anew every second; null until the page lives. */
export function useServerNow(): number | null {
  const ahead = useContext(ClockAhead)
  const now = useSyncExternalStore(
    subscribe,
    () => second,
    () => 0,
  )
  return now === 0 ? null : now * TICK_MS - ahead
}

/** How long something has been going on: `0:41`. @param since ISO 8601 */
export function Elapsed({ since, className }: { since: string; className?: string }) {
  const now = useServerNow()
  return (
    <span className={className ?? 'tabular'} suppressHydrationWarning>
      {formatClock(now === null ? 0 : now - Date.parse(since))}
    </span>
  )
}
