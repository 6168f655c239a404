'use client'
import { useEffect, useRef } from 'react'

const EVENT = /^#e-\d{1,12}$/

/** Whether the page was opened at one event: then it does not stick to the end. */
export function opensAtEvent(): boolean {
  return typeof location !== 'undefined' && EVENT.test(location.hash)
}

/**
 * Goes to the event of the address once the record has it: when it first appears, and again when everything is
 * there, since places above it may have grown meanwhile.
 */
export function useEventLink(ready: boolean, headSeq: number, release: () => void): void {
  const gone = useRef({ hash: '', settled: false })

  useEffect(() => {
    if (headSeq === 0 || !opensAtEvent()) return
    const { hash, settled } = gone.current
    if (hash === location.hash && (settled || !ready)) return
    if (!show(location.hash)) return
    release()
    gone.current = { hash: location.hash, settled: ready }
  }, [ready, headSeq, release])

  useEffect(() => {
    const onHash = () => {
      if (!opensAtEvent()) return
      release()
      show(location.hash)
    }
    addEventListener('hashchange', onHash)
    return () => removeEventListener('hashchange', onHash)
  }, [release])
}

function show(hash: string): boolean {
  const anchor = document.getElementById(hash.slice(1))
  if (!anchor) return false
  const place = anchor.closest<HTMLElement>('[data-event]') ?? anchor
  for (const shown of document.querySelectorAll('[data-linked]')) shown.removeAttribute('data-linked')
  place.setAttribute('data-linked', '')
  // What is tall is read from its beginning.
  const tall = place.offsetHeight > innerHeight / 2
  place.scrollIntoView({ block: tall ? 'start' : 'center' })
  place.focus({ preventScroll: true })
  return true
}
