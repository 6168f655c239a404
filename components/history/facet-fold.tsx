'use client'
import { type ReactNode, useState } from 'react'
import { Button } from '../ui/button.tsx'

/** On a narrow screen the facets wait behind a button; without scripts, and on a wide one, they are simply there. */
export function FacetFold({ open, children }: { open: boolean; children: ReactNode }) {
  const [shown, setShown] = useState(open)
  return (
    <>
      <Button
        className="hidden h-9 narrow:inline-flex noscript:!hidden"
        aria-expanded={shown}
        onClick={() => setShown(!shown)}
      >
        {shown ? 'Fewer filters' : 'Filters'}
      </Button>
      <div className={shown ? 'contents' : 'contents narrow:hidden noscript:!contents'}>{children}</div>
    </>
  )
}
