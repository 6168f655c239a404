'use client'
import type { Terminal } from '@xterm/xterm'
import { type RefObject, useEffect, useState } from 'react'
import { Button } from '../ui/button.tsx'

type Key = { label: string; name: string; send: (application: boolean) => string }

const plain = (label: string, name: string, text: string): Key => ({ label, name, send: () => text })
const arrow = (label: string, name: string, final: string): Key => ({
  ...{ label, name },
  send: (application) => `\x1b${application ? 'O' : '['}${final}`,
})

const KEYS: Key[] = [
  plain('Esc', 'Escape', '\x1b'),
  plain('Tab', 'Tab', '\t'),
  arrow('←', 'Left', 'D'),
  arrow('↓', 'Down', 'B'),
  arrow('↑', 'Up', 'A'),
  arrow('→', 'Right', 'C'),
  plain('^C', 'Control C', '\x03'),
  plain('|', 'Pipe', '|'),
  plain('~', 'Tilde', '~'),
  plain('/', 'Slash', '/'),
]

/** The keys that a phone's keyboard lacks. Ctrl holds for the next character. */
export function KeyBar({
  type,
  terminal,
}: {
  type: (text: string) => void
  terminal: RefObject<Terminal | null>
}) {
  const [ctrl, setCtrl] = useState(false)

  useEffect(() => {
    const area = terminal.current?.textarea
    if (!ctrl || !area) return
    // The character is caught before xterm sees it: phones fire no usable keydown for it.
    const onInput = (event: Event) => {
      const { data } = event as InputEvent
      const code = data?.toLowerCase().charCodeAt(0) ?? 0
      if (code < 0x61 || code > 0x7a) return
      event.preventDefault()
      event.stopImmediatePropagation()
      type(String.fromCharCode(code - 0x60))
      setCtrl(false)
    }
    area.addEventListener('beforeinput', onInput, { capture: true })
    return () => area.removeEventListener('beforeinput', onInput, { capture: true })
  }, [ctrl, terminal, type])

  return (
    <div
      role="toolbar"
      aria-label="Keys"
      className="hidden gap-1 overflow-x-auto border-t border-line bg-surface px-2 py-1.5 pointer-coarse:flex narrow:flex"
    >
      <Button
        size="lg"
        variant={ctrl ? 'primary' : 'secondary'}
        aria-pressed={ctrl}
        className="min-w-11 shrink-0 px-2 font-mono"
        onClick={() => {
          setCtrl(!ctrl)
          terminal.current?.focus()
        }}
      >
        Ctrl
      </Button>
      {KEYS.map(({ label, name, send }) => (
        <Button
          key={name}
          size="lg"
          aria-label={name}
          className="min-w-11 shrink-0 px-2 font-mono"
          // The phone's keyboard stays up.
          onPointerDown={(event) => event.preventDefault()}
          onClick={() => {
            type(send(terminal.current?.modes.applicationCursorKeysMode ?? false))
            terminal.current?.focus()
          }}
        >
          {label}
        </Button>
      ))}
    </div>
  )
}
