'use client'
import { useEffect, useRef, useState, useSyncExternalStore } from 'react'
import type { RecordedEvent } from '../../lib/events.ts'
import { getStreamClient } from './client.ts'
import type { ConnectionState } from './protocol.ts'
import { createSessionStore, EMPTY_SESSION, type SessionState, type SessionStore } from './session-store.ts'

const nothing = () => () => {}

/** The record of a session as it grows, and the connection it comes by. Empty on the server. */
export function useSession(id: string): SessionState & { events: () => readonly RecordedEvent[] } {
  const [store, setStore] = useState<{ id: string; store: SessionStore } | null>(null)
  useEffect(() => setStore({ id, store: createSessionStore(id, getStreamClient()) }), [id])
  const current = store?.id === id ? store.store : null
  const state = useSyncExternalStore(
    current?.subscribe ?? nothing,
    current?.get ?? emptySession,
    emptySession,
  )
  return { ...state, events: current?.events ?? noEvents }
}

/** Calls back when something that lists show has changed, at most every `intervalMs`, and after a reconnection. */
export function useSessionsChanged(onChange: () => void, intervalMs = 400): void {
  const latest = useRef(onChange)
  latest.current = onChange
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    let broken = false
    const soon = () => {
      timer ??= setTimeout(() => {
        timer = undefined
        latest.current()
      }, intervalMs)
    }
    const stop = getStreamClient().listen({
      onFrames: (frames) => {
        if (frames.some((frame) => 'changed' in frame)) soon()
      },
      onState: (state) => {
        if (state.name === 'live' && broken) soon()
        broken = state.name !== 'live'
      },
    })
    return () => {
      stop()
      clearTimeout(timer)
    }
  }, [intervalMs])
}

/** How the stream stands: for pages that show lists. */
export function useConnection(): ConnectionState {
  return useSyncExternalStore(
    subscribeToState,
    () => getStreamClient().state(),
    () => EMPTY_SESSION.connection,
  )
}

function subscribeToState(changed: () => void): () => void {
  return getStreamClient().listen({ onState: changed })
}

function emptySession(): SessionState {
  return EMPTY_SESSION
}

function noEvents(): readonly RecordedEvent[] {
  return []
}
