'use client'
import { type KeyboardEvent, type ReactNode, useId, useState } from 'react'
import { cn } from './cn.ts'

export type Tab = { id: string; label: ReactNode; panel: ReactNode }

/** Arrow keys move between the tabs; only the chosen panel is drawn. */
export function Tabs({
  label,
  tabs,
  initial,
  className,
}: {
  label: string
  tabs: Tab[]
  initial?: string
  className?: string
}) {
  const [chosen, setChosen] = useState(initial ?? tabs[0]?.id)
  const base = useId()
  const current = tabs.find((tab) => tab.id === chosen) ?? tabs[0]

  function move(event: KeyboardEvent<HTMLDivElement>) {
    const at = tabs.findIndex((tab) => tab.id === current?.id)
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key]
    if (to === undefined) return
    const next = tabs[(to + tabs.length) % tabs.length]
    if (!next) return
    event.preventDefault()
    setChosen(next.id)
    document.getElementById(`${base}-${next.id}`)?.focus()
  }

  return (
    <div className={cn('flex min-h-0 min-w-0 flex-col', className)}>
      <div
        role="tablist"
        aria-label={label}
        onKeyDown={move}
        className="flex gap-1 border-b border-line px-2.5 py-1.5"
      >
        {tabs.map((tab) => (
          <button
            key={tab.id}
            id={`${base}-${tab.id}`}
            type="button"
            role="tab"
            aria-selected={tab.id === current?.id}
            aria-controls={`${base}-panel`}
            tabIndex={tab.id === current?.id ? 0 : -1}
            onClick={() => setChosen(tab.id)}
            className="h-7 rounded-md px-2.5 text-13 text-muted transition-colors hover:text-text aria-selected:bg-raised aria-selected:text-text"
          >
            {tab.label}
          </button>
        ))}
      </div>
      <div
        id={`${base}-panel`}
        role="tabpanel"
        aria-labelledby={current ? `${base}-${current.id}` : undefined}
        className="min-h-0 flex-1 overflow-auto"
      >
        {current?.panel}
      </div>
    </div>
  )
}
