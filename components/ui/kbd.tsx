import type { ReactNode } from 'react'
import { cn } from './cn.ts'

export function Kbd({ className, children }: { className?: string; children: ReactNode }) {
  return (
    <kbd
      className={cn(
        'inline-flex h-5 min-w-5 items-center justify-center rounded-sm border border-line px-1.5 font-sans text-12 text-muted',
        className,
      )}
    >
      {children}
    </kbd>
  )
}
