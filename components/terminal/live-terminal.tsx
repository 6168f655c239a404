'use client'
import '@xterm/xterm/css/xterm.css'
import { useRef, useState } from 'react'
import type { OperatorView, Problem } from '../../lib/api.ts'
import type { TerminalView } from '../../lib/terminal-api.ts'
import { api } from '../api.ts'
import { cn } from '../ui/cn.ts'
import { KeyBar } from './key-bar.tsx'
import { KeyboardBar } from './keyboard-bar.tsx'
import { useLiveTerminal } from './use-live-terminal.ts'

/** A terminal to watch, and to type in while one has the keyboard. */
export default function LiveTerminal({
  view,
  operator,
  compact = false,
  className,
}: {
  view: TerminalView
  operator: OperatorView
  /** Where there is little room above the screen. */
  compact?: boolean
  className?: string
}) {
  const host = useRef<HTMLDivElement>(null)
  const bar = useRef<HTMLDivElement>(null)
  const [refused, setRefused] = useState<Problem | null>(null)
  const live = useLiveTerminal(view, operator.name, host, () =>
    bar.current?.querySelector<HTMLElement>('button, a')?.focus(),
  )
  const { keyboard, end, size } = live
  const holds = keyboard === operator.name && end === null

  async function ask(method: 'PUT' | 'DELETE', body?: unknown) {
    const answer = await api('PUT' === method ? 'PUT' : 'DELETE', `/api/terminals/${view.id}/keyboard`, body)
    setRefused(answer.ok ? null : answer.problem)
  }

  return (
    <section
      aria-label={`Terminal: ${view.title}`}
      className={cn('flex min-h-0 min-w-0 flex-col', className)}
      data-terminal={view.id}
      data-ready={live.ready ? '' : undefined}
    >
      <div ref={bar}>
        <KeyboardBar
          view={view}
          operator={operator}
          keyboard={keyboard}
          end={end}
          size={size}
          problem={refused ?? live.problem}
          compact={compact}
          onTake={() => ask('PUT', keyboard ? { from: keyboard } : {})}
          onGiveBack={() => ask('DELETE')}
        />
      </div>
      <div className="min-h-0 flex-1 overflow-auto bg-[#0b0d10]">
        {/* A screen of somebody else's size ends where its frame does. */}
        <div
          ref={host}
          className={cn(
            'w-max p-2 font-mono',
            holds ? 'min-w-full' : '[&_.xterm-screen]:outline [&_.xterm-screen]:outline-[#2c323c]',
          )}
          data-screen=""
        />
      </div>
      {holds ? <KeyBar type={live.type} terminal={live.terminal} /> : null}
    </section>
  )
}
