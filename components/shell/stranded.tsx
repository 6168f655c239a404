import type { ReactNode } from 'react'
import { Mark } from './mark.tsx'

/** A page that stands alone: what happened, what still works, what to do. */
export function Stranded({ title, children }: { title: string; children: ReactNode }) {
  return (
    <main
      id="main"
      tabIndex={-1}
      className="mx-auto flex min-h-page max-w-[560px] flex-col justify-center px-6 py-12"
    >
      <Mark size={28} className="text-faint" />
      <h1 className="pt-6 pb-2 text-22 font-semibold text-balance">{title}</h1>
      <div className="flex flex-col gap-2 text-15 text-muted">{children}</div>
    </main>
  )
}
