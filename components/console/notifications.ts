'use client'
import { useEffect, useRef, useState } from 'react'

const KEPT = 'breakglass.notifications'

/** Whether this browser can, may, and was asked to show desktop notifications. */
export type NotificationState = 'unsupported' | 'blocked' | 'off' | 'on'

export function useNotificationChoice(): [NotificationState, (on: boolean) => void] {
  const [state, setState] = useState<NotificationState>('off')
  useEffect(() => setState(readState()), [])
  async function choose(on: boolean) {
    if (on && Notification.permission !== 'granted') await Notification.requestPermission()
    try {
      localStorage.setItem(KEPT, on && Notification.permission === 'granted' ? 'on' : 'off')
    } catch {
      // Not kept: then the answer holds for nothing, and the switch says so.
    }
    setState(readState())
  }
  return [state, choose]
}

/**
 * Tells of a change while the page is out of sight. It names the session and what is up, and never shows output:
 * a notification stands on locked screens and projectors.
 */
export function useNotification(session: { id: string; title: string }, word: string, worthy: boolean): void {
  const known = useRef(word)
  useEffect(() => {
    if (known.current === word) return
    known.current = word
    if (!worthy || document.visibilityState === 'visible' || readState() !== 'on') return
    const notification = new Notification(`${word}: ${session.title}`, {
      tag: session.id,
      body: 'Breakglass',
    })
    notification.onclick = () => {
      focus()
      notification.close()
      if (!location.pathname.startsWith(`/sessions/${session.id}`)) location.assign(`/sessions/${session.id}`)
    }
  }, [word, worthy, session.id, session.title])
}

function readState(): NotificationState {
  if (typeof Notification === 'undefined') return 'unsupported'
  if (Notification.permission === 'denied') return 'blocked'
  try {
    return Notification.permission === 'granted' && localStorage.getItem(KEPT) === 'on' ? 'on' : 'off'
  } catch {
    return 'off'
  }
}
