'use client'
import type { ReactNode } from 'react'

export function Switch({
  checked,
  onChange,
  label,
  hint,
}: {
  checked: boolean
  onChange: (checked: boolean) => void
  label: string
  hint?: ReactNode
}) {
  return (
    <button
      type="button"
      role="switch"
      aria-checked={checked}
      onClick={() => onChange(!checked)}
      className="group flex w-full items-center gap-4 rounded-md py-1 text-left"
    >
      <span className="min-w-0 flex-1">
        <span className="block text-14">{label}</span>
        {hint ? <span className="block text-13 text-muted">{hint}</span> : null}
      </span>
      <span className="w-6 text-right text-12 text-muted">{checked ? 'On' : 'Off'}</span>
      <span
        aria-hidden="true"
        className="flex h-5 w-9 shrink-0 items-center rounded-full border border-edge bg-surface px-0.5 transition-colors group-aria-checked:border-accent group-aria-checked:bg-accent forced-colors:group-aria-checked:bg-[Highlight]"
      >
        <span className="size-3.5 rounded-full bg-edge transition-transform group-aria-checked:translate-x-4 group-aria-checked:bg-on-accent forced-colors:bg-[ButtonText] forced-colors:group-aria-checked:bg-[Canvas]" />
      </span>
    </button>
  )
}
