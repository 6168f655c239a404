'use client'
import { useSyncExternalStore } from 'react'

/** What an operator sets for this browser: kept here and nowhere else. */
export type Preferences = {
  /** `system` follows the operating system. */
  theme: 'system' | 'dark' | 'light'
  clock: 'local' | 'utc'
  /** Shortcuts of a single key. */
  keys: 'on' | 'off'
  /** Terminals are read out, at the price of speed. */
  terminal_reader: 'off' | 'on'
}

const CHOICES: { [K in keyof Preferences]: readonly Preferences[K][] } = {
  theme: ['system', 'dark', 'light'],
  clock: ['local', 'utc'],
  keys: ['on', 'off'],
  terminal_reader: ['off', 'on'],
}
const CHANGED = 'breakglass:preferences'

/** The value an operator chose, or the first of its choices. */
export function getPreference<K extends keyof Preferences>(name: K): Preferences[K] {
  const [first] = CHOICES[name]
  try {
    const kept = localStorage.getItem(`breakglass.${name}`)
    return CHOICES[name].find((choice) => choice === kept) ?? (first as Preferences[K])
  } catch {
    return first as Preferences[K]
  }
}

export function setPreference<K extends keyof Preferences>(name: K, value: Preferences[K]): void {
  try {
    localStorage.setItem(`breakglass.${name}`, value)
  } catch {
    // A browser that keeps nothing still shows the choice until the next reload.
  }
  if (name === 'theme') {
    if (value === 'system') delete document.documentElement.dataset.theme
    else document.documentElement.dataset.theme = value
  }
  dispatchEvent(new Event(CHANGED))
}

export function usePreference<K extends keyof Preferences>(name: K): Preferences[K] {
  return useSyncExternalStore(
    subscribe,
    () => getPreference(name),
    () => CHOICES[name][0] as Preferences[K],
  )
}

function subscribe(changed: () => void): () => void {
  addEventListener(CHANGED, changed)
  addEventListener('storage', changed)
  return () => {
    removeEventListener(CHANGED, changed)
    removeEventListener('storage', changed)
  }
}
