import { ChevronDown } from 'lucide-react'
import type { ComponentProps, ReactNode } from 'react'
import { cn } from './cn.ts'
import { SeverityIcon } from './severity.tsx'

const control =
  'w-full rounded-md border border-edge bg-surface px-3 text-text -outline-offset-1 transition-colors hover:border-muted focus-visible:border-accent disabled:opacity-60 aria-invalid:border-error narrow:text-16'

export function Input({ className, ...rest }: ComponentProps<'input'>) {
  return <input className={cn(control, 'h-9 text-14', className)} {...rest} />
}

export function Textarea({ className, ...rest }: ComponentProps<'textarea'>) {
  return <textarea className={cn(control, 'py-2 text-14', className)} {...rest} />
}

export function Select({ className, ...rest }: ComponentProps<'select'>) {
  return (
    <span className={cn('relative block h-9 text-14', className)}>
      <select className={cn(control, 'h-full appearance-none pr-8')} {...rest} />
      <ChevronDown
        size={14}
        aria-hidden="true"
        className="pointer-events-none absolute top-1/2 right-2.5 -translate-y-1/2 text-muted"
      />
    </span>
  )
}

/** What a control needs to be tied to its field's hint and error: spread it on the control. */
export function fieldProps(id: string, said: { hint?: ReactNode; error?: string | undefined }) {
  const described = said.error ? `${id}-error` : said.hint ? `${id}-hint` : ''
  return {
    id,
    ...(described ? { 'aria-describedby': described } : {}),
    ...(said.error ? { 'aria-invalid': true } : {}),
  }
}

/** A label above its control and the rule below it, or, in the rule's place, what is wrong. */
export function Field({
  id,
  label,
  optional,
  hint,
  error,
  className,
  children,
}: {
  id: string
  label: ReactNode
  optional?: boolean
  hint?: ReactNode
  error?: string | undefined
  className?: string
  children: ReactNode
}) {
  return (
    <div className={cn('flex min-w-0 flex-col gap-1', className)}>
      <label htmlFor={id} className="text-13 font-medium text-text">
        {label}
        {optional ? <span className="font-normal text-faint"> · optional</span> : null}
      </label>
      {children}
      {error ? <FieldError id={`${id}-error`}>{error}</FieldError> : null}
      {hint && !error ? (
        <p id={`${id}-hint`} className="text-12 text-faint">
          {hint}
        </p>
      ) : null}
    </div>
  )
}

export function FieldError({ id, children }: { id?: string; children: ReactNode }) {
  return (
    <p id={id} className="flex items-start gap-1.5 text-13 text-error">
      <SeverityIcon severity="error" className="mt-[3px]" />
      <span className="min-w-0">{children}</span>
    </p>
  )
}
