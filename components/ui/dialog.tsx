'use client'
import { X } from 'lucide-react'
import { type ReactNode, useEffect, useId, useLayoutEffect, useRef } from 'react'
import { Button } from './button.tsx'
import { cn } from './cn.ts'

/** A modal over the browser's own dialog element: it keeps the focus inside, Esc and the backdrop close it. */
export function Dialog({
  open,
  onClose,
  title,
  description,
  className,
  bare,
  children,
}: {
  open: boolean
  onClose: () => void
  title: string
  description?: ReactNode
  className?: string
  /** Hides the heading line from the eye, not from a screen reader. */
  bare?: boolean
  children: ReactNode
}) {
  const ref = useRef<HTMLDialogElement>(null)
  const id = useId()

  useEffect(() => {
    const dialog = ref.current
    if (!dialog) return
    if (open && !dialog.open) dialog.showModal()
    if (!open && dialog.open) dialog.close()
  }, [open])

  // Only a dialog that is closed, not one that is taken away, gives the focus back to what had it.
  useLayoutEffect(() => {
    const dialog = ref.current
    return () => dialog?.close()
  }, [])

  return (
    <dialog
      ref={ref}
      aria-labelledby={`${id}-title`}
      onClose={onClose}
      onPointerDown={(event) => {
        if (event.target === event.currentTarget) onClose()
      }}
      className={cn(
        'm-auto max-h-[calc(100dvh-32px)] w-[calc(100vw-32px)] max-w-[480px] overflow-hidden rounded-lg border border-line bg-surface p-0 text-text',
        className,
      )}
    >
      {open ? (
        <div className="flex max-h-[calc(100dvh-34px)] flex-col">
          <header className={bare ? 'sr-only' : 'flex items-start gap-3 border-b border-line py-2 pr-2 pl-4'}>
            <div className="min-w-0 flex-1 py-1.5">
              <h2 id={`${id}-title`} className="text-14 font-semibold">
                {title}
              </h2>
              {description ? <p className="mt-1 text-13 text-muted">{description}</p> : null}
            </div>
            {bare ? null : (
              <Button variant="quiet" size="icon" onClick={onClose} aria-label="Close">
                <X size={16} aria-hidden="true" />
              </Button>
            )}
          </header>
          <div className={cn('min-h-0 overflow-auto', bare ? '' : 'p-4')}>{children}</div>
        </div>
      ) : null}
    </dialog>
  )
}
