'use client'
import { type FormEvent, useId, useRef, useState } from 'react'
import { Button } from '../ui/button.tsx'
import { Field, fieldProps, Input } from '../ui/field.tsx'

/** Why somebody decides as they do, in one line. */
export function ReasonForm({
  label,
  hint,
  required = false,
  verb,
  busy,
  dangerous = false,
  onSubmit,
  onBack,
}: {
  label: string
  hint: string
  required?: boolean
  /** What its button does. */
  verb: string
  /** What its button says while that is done. */
  busy: string | false
  /** Pressing Enter does not do it. */
  dangerous?: boolean
  onSubmit: (reason: string) => void
  onBack: () => void
}) {
  const id = useId()
  const field = useRef<HTMLInputElement>(null)
  const [reason, setReason] = useState('')
  const [missing, setMissing] = useState(false)
  const error = missing && reason.trim() === '' ? 'Say why: it stands in the record' : undefined

  function submit() {
    if (required && reason.trim() === '') {
      setMissing(true)
      field.current?.focus()
    } else onSubmit(reason.trim())
  }

  return (
    <form
      noValidate
      onSubmit={(event: FormEvent) => {
        event.preventDefault()
        if (!dangerous) submit()
      }}
      className="flex flex-wrap items-start gap-2"
    >
      <Field
        id={id}
        label={label}
        optional={!required}
        error={error}
        hint={hint}
        className="min-w-48 flex-1 basis-72"
      >
        <Input
          {...fieldProps(id, { hint: true, error })}
          ref={(element) => {
            if (element && field.current === null) element.focus()
            field.current = element
          }}
          value={reason}
          required={required}
          maxLength={2000}
          autoComplete="off"
          onChange={(event) => setReason(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Escape' || event.nativeEvent.isComposing) return
            // This Esc leaves the field; the next one stops the turn.
            event.preventDefault()
            onBack()
          }}
        />
      </Field>
      <span className="flex gap-2 pt-6 narrow:pt-0">
        <Button
          type={dangerous ? 'button' : 'submit'}
          variant={dangerous ? 'stop' : 'primary'}
          className="h-9"
          onClick={dangerous ? submit : undefined}
          busy={busy}
        >
          {verb}
        </Button>
        <Button variant="quiet" className="h-9" onClick={onBack}>
          Back
        </Button>
      </span>
    </form>
  )
}
