'use client'
import { type ReactNode, useState } from 'react'
import { Button } from '../ui/button.tsx'
import { cn } from '../ui/cn.ts'

/** On a narrow screen the facets wait behind a button; without scripts, and on a wide one, they are simply there. */
export function FacetFold({ open, children }: { open: boolean; children: ReactNode }) {
  const [shown, setShown] = useState(open)
  return (
    <>
      <div className={cn('hidden narrow:block noscript:!hidden', shown && 'basis-full')}>
        <Button className="h-9" aria-expanded={shown} onClick={() => setShown(!shown)}>
          {shown ? 'Fewer filters' : 'Filters'}
        </Button>
      </div>
      <div className={shown ? 'contents' : 'contents narrow:hidden noscript:!contents'}>{children}</div>
    </>
  )
}
