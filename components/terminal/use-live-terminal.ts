'use client'
import type { Terminal } from '@xterm/xterm'
import { type RefObject, useCallback, useEffect, useRef, useState } from 'react'
import type { Problem } from '../../lib/api.ts'
import { COLS, ROWS, type TerminalView } from '../../lib/terminal-api.ts'
import { api } from '../api.ts'
import { usePreference } from '../preferences.ts'
import { getStreamClient } from '../stream/client.ts'
import { createInputQueue } from './input-queue.ts'
import { createSafeXterm } from './safe-xterm.ts'
import { type FeedEnd, followTerminal } from './terminal-feed.ts'

const SIZE_SETTLE_MS = 120
/** xterm draws its scrollbar over the last columns. */
const SCROLLBAR_PX = 14

export type LiveTerminalState = {
  ready: boolean
  keyboard: string | null
  size: { cols: number; rows: number }
  end: FeedEnd | null
  problem: Problem | null
  dismiss: () => void
  /** Types; does nothing unless this operator has the keyboard. */
  type: (text: string) => void
  terminal: RefObject<Terminal | null>
}

/** A terminal in the page: its screen in `host`, who has the keyboard, and what is typed while that is this operator. */
export function useLiveTerminal(
  view: TerminalView,
  operator: string,
  host: RefObject<HTMLDivElement | null>,
  onLeave: () => void,
): LiveTerminalState {
  const terminal = useRef<Terminal | null>(null)
  const [ready, setReady] = useState(false)
  const [keyboard, setKeyboard] = useState(view.keyboard)
  const [size, setSize] = useState({ cols: view.cols, rows: view.rows })
  const [end, setEnd] = useState<FeedEnd | null>(view.ended_at ? view : null)
  const [problem, setProblem] = useState<Problem | null>(null)
  const type = useRef<(text: string) => void>(() => {})
  const leave = useRef(onLeave)
  leave.current = onLeave
  const reader = usePreference('terminal_reader') === 'on'
  const holds = keyboard === operator && end === null
  const { id } = view

  useEffect(() => {
    const element = host.current
    if (!element) return
    let gone = false
    let stop = () => {}
    void createSafeXterm(element).then((xterm) => {
      if (gone) return xterm.dispose()
      terminal.current = xterm
      xterm.attachCustomKeyEventHandler((event) => {
        if (!(event.key === 'Escape' && event.ctrlKey && event.shiftKey)) return true
        if (event.type === 'keydown') leave.current()
        event.preventDefault()
        return false
      })
      const resize = (to: { cols: number; rows: number }) => {
        xterm.resize(to.cols, to.rows)
        setSize({ cols: to.cols, rows: to.rows })
      }
      const stopFeed = followTerminal(id, getStreamClient(), {
        onScreen(to, bytes) {
          xterm.reset()
          resize(to)
          xterm.write(bytes, () => setReady(true))
        },
        onBytes: (bytes) => xterm.write(bytes),
        onSize: resize,
        onKeyboard: setKeyboard,
        onEnd: (how) => setEnd((before) => before ?? how),
      })
      stop = () => {
        stopFeed()
        xterm.dispose()
        terminal.current = null
      }
    })
    return () => {
      gone = true
      setReady(false)
      stop()
    }
  }, [id, host])

  useEffect(() => {
    const xterm = terminal.current
    if (xterm && ready) xterm.options.screenReaderMode = reader
  }, [reader, ready])

  useEffect(() => {
    const xterm = terminal.current
    const element = host.current
    if (!xterm || !element || !ready) return
    xterm.options.disableStdin = !holds
    if (!holds) return
    const queue = createInputQueue(id, setProblem)
    type.current = (text) => void queue.type(text)
    const typed = xterm.onData((data) => type.current(data))
    const stopFitting = keepFitting(id, xterm, element)
    xterm.focus()
    return () => {
      type.current = () => {}
      typed.dispose()
      stopFitting()
      queue.close()
      xterm.options.disableStdin = true
    }
  }, [id, holds, ready, host])

  return {
    ...{ ready, keyboard, size, end, problem, terminal },
    dismiss: useCallback(() => setProblem(null), []),
    type: useCallback((text: string) => type.current(text), []),
  }
}

/** Asks for the size that fits the place it is shown in, now and whenever that changes. The server's word sets it. */
function keepFitting(id: string, terminal: Terminal, element: HTMLElement): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  const ask = () => {
    const cell = element.querySelector('.xterm-screen')?.getBoundingClientRect()
    const place = element.parentElement
    if (!cell || !place || cell.width === 0) return
    const style = getComputedStyle(element)
    const room = (value: string) => Number.parseFloat(value) || 0
    const width = place.clientWidth - room(style.paddingLeft) - room(style.paddingRight) - SCROLLBAR_PX
    const height = place.clientHeight - room(style.paddingTop) - room(style.paddingBottom)
    const cols = within(Math.floor(width / (cell.width / terminal.cols)), COLS)
    const rows = within(Math.floor(height / (cell.height / terminal.rows)), ROWS)
    if (cols !== terminal.cols || rows !== terminal.rows)
      void api('PUT', `/api/terminals/${id}/size`, { cols, rows })
  }
  const observer = new ResizeObserver(() => {
    clearTimeout(timer)
    timer = setTimeout(ask, SIZE_SETTLE_MS)
  })
  observer.observe(element.parentElement ?? element)
  return () => {
    observer.disconnect()
    clearTimeout(timer)
  }
}

const within = (value: number, { min, max }: { min: number; max: number }) =>
  Math.min(max, Math.max(min, value))
