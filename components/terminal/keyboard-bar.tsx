'use client'
import { Eye, Keyboard } from 'lucide-react'
import Link from 'next/link'
import { useState } from 'react'
import type { OperatorView, Problem } from '../../lib/api.ts'
import type { TerminalView } from '../../lib/terminal-api.ts'
import { api } from '../api.ts'
import { setPreference, usePreference } from '../preferences.ts'
import { Button } from '../ui/button.tsx'
import { Kbd } from '../ui/kbd.tsx'
import { SeverityIcon } from '../ui/severity.tsx'
import type { FeedEnd } from './terminal-feed.ts'

/** Who has the keyboard, how to get it, and how to get out again. */
export function KeyboardBar({
  view,
  operator,
  keyboard,
  end,
  size,
  problem,
  compact,
  onTake,
  onGiveBack,
}: {
  view: TerminalView
  operator: OperatorView
  keyboard: string | null
  end: FeedEnd | null
  size: { cols: number; rows: number }
  problem: Problem | null
  compact: boolean
  onTake: () => void
  onGiveBack: () => void
}) {
  const canType = operator.role !== 'viewer'
  const holds = keyboard === operator.name
  return (
    <div className="flex flex-col gap-1.5 border-b border-line bg-surface px-3 py-2">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5 text-13">
        <p role="status" className="flex min-w-0 items-center gap-2 text-muted">
          {end ? <Ended end={end} /> : <Holder keyboard={keyboard} holds={holds} />}
        </p>
        <span className="text-12 text-faint tabular">
          {size.cols} × {size.rows}
        </span>
        <span className="ml-auto flex flex-wrap items-center gap-2">
          {end ? (
            <Link
              href={`/terminals/${view.id}?replay=1`}
              prefetch={false}
              className="text-13 text-accent underline"
            >
              Watch the recording
            </Link>
          ) : (
            <>
              {canType && !holds ? (
                <Button size="sm" onClick={onTake}>
                  {keyboard ? 'Take it over' : 'Take the keyboard'}
                </Button>
              ) : null}
              {holds ? (
                <Button size="sm" onClick={onGiveBack}>
                  Give it back
                </Button>
              ) : null}
              {compact ? null : <ReaderSwitch />}
              {canType ? <EndButton id={view.id} /> : null}
            </>
          )}
        </span>
      </div>
      {holds && !end ? (
        <p className="text-12 text-faint narrow:hidden">
          {compact ? null : 'Keys go to the terminal while it has the focus, Tab and Esc too. '}
          <Kbd>Ctrl</Kbd> <Kbd>Shift</Kbd> <Kbd>Esc</Kbd> leaves it.
        </p>
      ) : null}
      {view.kind === 'agent' && !end ? (
        <p className="text-12 text-warn">Lines that begin with ! run in a shell and pass no gate.</p>
      ) : null}
      {problem ? (
        <p role="alert" className="flex items-center gap-2 text-12 text-error">
          <SeverityIcon severity="error" />
          {problem.detail}
        </p>
      ) : null}
    </div>
  )
}

function Holder({ keyboard, holds }: { keyboard: string | null; holds: boolean }) {
  const Icon = holds ? Keyboard : Eye
  return (
    <>
      <Icon
        size={14}
        strokeWidth={1.75}
        aria-hidden="true"
        className={holds ? 'text-accent' : 'text-faint'}
      />
      {holds ? (
        <span className="font-medium text-text">You have the keyboard</span>
      ) : keyboard ? (
        <span>
          <span className="font-medium text-text">{keyboard}</span> has the keyboard · you are watching
        </span>
      ) : (
        <span>Watching · nobody has the keyboard</span>
      )}
    </>
  )
}

function Ended({ end: { exit_code, reason } }: { end: FeedEnd }) {
  const severity = exit_code === 0 ? 'ok' : exit_code === null ? 'quiet' : 'error'
  const how = exit_code === null ? 'Ended' : `Ended with exit code ${exit_code}`
  return (
    <>
      <SeverityIcon severity={severity} />
      <span className="text-text">{reason ?? how}</span>
    </>
  )
}

/** Ending a terminal ends whatever runs in it: asked twice. */
function EndButton({ id }: { id: string }) {
  const [sure, setSure] = useState(false)
  const [ending, setEnding] = useState(false)
  if (!sure)
    return (
      <Button size="sm" variant="quiet" onClick={() => setSure(true)}>
        End…
      </Button>
    )
  return (
    <>
      <Button
        size="sm"
        variant="stop"
        busy={ending && 'Ending…'}
        onClick={async () => {
          setEnding(true)
          await api('DELETE', `/api/terminals/${id}`)
          setEnding(false)
        }}
      >
        End it and all that runs in it
      </Button>
      <Button size="sm" variant="quiet" onClick={() => setSure(false)}>
        Keep it
      </Button>
    </>
  )
}

function ReaderSwitch() {
  const on = usePreference('terminal_reader') === 'on'
  return (
    <Button
      size="sm"
      variant="quiet"
      aria-pressed={on}
      onClick={() => setPreference('terminal_reader', on ? 'off' : 'on')}
    >
      Screen reader {on ? 'on' : 'off'}
    </Button>
  )
}
