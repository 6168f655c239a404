'use client'
import { useSyncExternalStore } from 'react'

/** From this width on there is room for the inspector. */
const WIDE = '(min-width: 1280px)'

export function useWide(): boolean {
  return useSyncExternalStore(
    (changed) => {
      const query = matchMedia(WIDE)
      query.addEventListener('change', changed)
      return () => query.removeEventListener('change', changed)
    },
    () => matchMedia(WIDE).matches,
    () => false,
  )
}
