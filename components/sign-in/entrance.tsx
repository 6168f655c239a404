import type { ReactNode } from 'react'
import { Mark } from '../shell/mark.tsx'
import { SkipLink } from '../shell/skip-link.tsx'

/** The page of a form that stands before the console. */
export function Entrance({ title, lead, children }: { title: string; lead: ReactNode; children: ReactNode }) {
  return (
    <>
      <SkipLink />
      <main
        id="main"
        tabIndex={-1}
        className="mx-auto flex min-h-dvh w-full max-w-[424px] flex-col justify-center px-6 py-12"
      >
        <p className="flex items-center gap-2.5 text-15 font-semibold">
          <Mark />
          Breakglass
        </p>
        <h1 className="pt-8 text-22 font-semibold">{title}</h1>
        <p className="pt-1 pb-6 text-14 text-muted">{lead}</p>
        {children}
      </main>
    </>
  )
}
