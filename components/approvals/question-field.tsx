'use client'
import { type ReactNode, useId } from 'react'
import type { AgentQuestion } from '../../lib/agent-questions.ts'
import { makeVisible } from '../../lib/format.ts'
import { Chip } from '../ui/chip.tsx'
import { FieldError, Input } from '../ui/field.tsx'

/** What is ticked, and what is written instead or besides. */
export type Choice = { labels: readonly string[]; other: boolean; written: string }
export const NO_CHOICE: Choice = { labels: [], other: false, written: '' }

/** The answers that a choice stands for; none while it says nothing. */
export function spoken({ labels, other, written }: Choice): string[] {
  return [...labels, ...(other && written.trim() !== '' ? [written.trim()] : [])]
}

/** One question with its options, and room for an answer of one's own. */
export function QuestionField({
  question: { question, header, options, several },
  choice,
  readOnly,
  missing,
  onChoose,
}: {
  question: AgentQuestion
  choice: Choice
  readOnly: boolean
  /** It was to be sent without an answer to this. */
  missing: boolean
  onChoose: (choice: Choice) => void
}) {
  const id = useId()
  const type = several ? 'checkbox' : 'radio'

  function pick(label: string, on: boolean) {
    if (!several) onChoose({ ...NO_CHOICE, written: choice.written, labels: [label] })
    else
      onChoose({
        ...choice,
        labels: options
          .map((each) => each.label)
          .filter((each) => (each === label ? on : choice.labels.includes(each))),
      })
  }

  return (
    <fieldset
      disabled={readOnly}
      className="flex min-w-0 flex-col gap-1 not-first:pt-3"
      {...(missing ? { 'aria-describedby': `${id}-error` } : {})}
    >
      <legend className="float-left mb-1 flex w-full items-center gap-2.5 font-medium">
        <span className="min-w-0 flex-1 wrap-anywhere">{makeVisible(question)}</span>
        {header ? <Chip className="text-muted">{makeVisible(header)}</Chip> : null}
      </legend>
      {options.map(({ label, description }) => (
        <Option
          key={label}
          type={type}
          name={id}
          checked={choice.labels.includes(label)}
          onChange={(on) => pick(label, on)}
        >
          <span className="font-medium">{makeVisible(label)}</span>
          {description ? <span className="block text-13 text-muted">{makeVisible(description)}</span> : null}
        </Option>
      ))}
      <Option
        type={type}
        name={id}
        checked={choice.other}
        onChange={(on) => onChoose({ ...choice, other: on, labels: several ? choice.labels : [] })}
      >
        Something else
      </Option>
      {choice.other ? (
        <Input
          aria-label={`Your own answer: ${makeVisible(question)}`}
          value={choice.written}
          maxLength={2000}
          autoComplete="off"
          ref={focusOnce}
          className="ml-7 w-auto"
          onChange={(event) => onChoose({ ...choice, written: event.target.value })}
        />
      ) : null}
      {missing ? (
        <FieldError id={`${id}-error`}>Choose an answer, or write one of your own</FieldError>
      ) : null}
    </fieldset>
  )
}

function focusOnce(element: HTMLInputElement | null) {
  element?.focus()
}

function Option({
  type,
  name,
  checked,
  onChange,
  children,
}: {
  type: 'radio' | 'checkbox'
  name: string
  checked: boolean
  onChange: (on: boolean) => void
  children: ReactNode
}) {
  return (
    <label className="flex min-h-8 cursor-pointer items-baseline gap-2.5 rounded-md border border-line px-2.5 py-1.5 hover:bg-raised has-checked:border-accent has-disabled:cursor-default">
      <input
        type={type}
        name={name}
        checked={checked}
        onChange={(event) => onChange(event.target.checked)}
        className="size-4 shrink-0 translate-y-0.5 accent-accent"
      />
      <span className="min-w-0 wrap-anywhere">{children}</span>
    </label>
  )
}
