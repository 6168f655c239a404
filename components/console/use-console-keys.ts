'use client'
import { useEffect, useRef } from 'react'
import { tinykeys } from 'tinykeys'
import { singleKeysLive } from '../shell/keys.ts'

/** The keys of a session: j k o over its events, ] [ over its changes, G to the latest, Esc to stop. */
export function useConsoleKeys(actions: {
  stop: (() => void) | null
  jump: () => void
  release: () => void
  terminals: () => void
}): void {
  const latest = useRef(actions)
  latest.current = actions
  useEffect(() => {
    const single = (act: () => void) => (event: KeyboardEvent) => {
      if (!singleKeysLive(event)) return
      event.preventDefault()
      act()
    }
    const move = (selector: string, step: 1 | -1) => () => {
      latest.current.release()
      moveTo(selector, step)
    }
    const onEscape = (event: KeyboardEvent) => {
      const { stop } = latest.current
      if (!stop || event.defaultPrevented || event.isComposing || event.keyCode === 229) return
      // An open dialog or menu has the first claim on Esc.
      if (document.querySelector('dialog[open], [role="menu"], [role="listbox"]')) return
      event.preventDefault()
      stop()
    }
    return tinykeys(window, {
      j: single(move('[data-event]', 1)),
      k: single(move('[data-event]', -1)),
      o: single(fold),
      ']': single(move('[data-change]', 1)),
      '[': single(move('[data-change]', -1)),
      'Shift+G': single(() => latest.current.jump()),
      t: single(() => latest.current.terminals()),
      Escape: onEscape,
    })
  }, [])
}

function moveTo(selector: string, step: 1 | -1): void {
  const places = [...document.querySelectorAll<HTMLElement>(`[role="log"] ${selector}`)]
  const here = document.activeElement?.closest('[data-event]')
  let next: HTMLElement | undefined
  if (here) {
    const order = step === 1 ? Node.DOCUMENT_POSITION_FOLLOWING : Node.DOCUMENT_POSITION_PRECEDING
    const beyond = places.filter((place) => here.compareDocumentPosition(place) & order)
    next = step === 1 ? beyond[0] : beyond.at(-1)
  } else {
    const top = document.querySelector('[role="log"]')?.parentElement?.getBoundingClientRect().top ?? 0
    next = step === 1 ? places.find((place) => place.getBoundingClientRect().bottom > top + 8) : places.at(-1)
  }
  next?.focus({ preventScroll: true })
  next?.scrollIntoView({ block: 'nearest' })
}

function fold(): void {
  document.activeElement?.closest('[data-event]')?.querySelector<HTMLElement>('[data-fold]')?.click()
}
