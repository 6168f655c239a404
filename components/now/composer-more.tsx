import { Field, fieldProps, Input, Select } from '../ui/field.tsx'

export type Provider = { name: string; model: string | null }

const FIELDS = [
  { name: 'title', label: 'Title', hint: 'Else the first words', max: 200 },
  { name: 'ticket', label: 'Ticket', hint: 'Such as INC-2291', max: 100 },
  { name: 'model', label: 'Model', hint: 'Else the provider’s own', max: 200 },
] as const

const TIMES = [
  { minutes: 30, word: '30 minutes' },
  { minutes: 60, word: '1 hour' },
  { minutes: 120, word: '2 hours' },
  { minutes: 240, word: '4 hours' },
  { minutes: 480, word: '8 hours' },
]

/** What a session may be told besides its reason. */
export function ComposerMore({ fields }: { fields: Record<string, string> }) {
  return (
    <div className="grid grid-cols-4 gap-3 border-t border-line px-4 py-3 narrow:grid-cols-1">
      {FIELDS.map(({ name, label, hint, max }) => (
        <Field key={name} id={`composer-${name}`} label={label} optional hint={hint} error={fields[name]}>
          <Input
            {...fieldProps(`composer-${name}`, { hint: true, error: fields[name] })}
            name={name}
            maxLength={max}
            autoComplete="off"
            className="bg-bg"
          />
        </Field>
      ))}
      <Field id="composer-minutes" label="Time box" hint="Can be extended" error={fields.minutes}>
        <Select
          {...fieldProps('composer-minutes', { hint: true, error: fields.minutes })}
          name="minutes"
          defaultValue="120"
        >
          {TIMES.map(({ minutes, word }) => (
            <option key={minutes} value={minutes}>
              {word}
            </option>
          ))}
        </Select>
      </Field>
    </div>
  )
}

/** The fields that were filled in, and the provider where there is a choice. */
export function readMore(form: FormData): {
  minutes?: number
  title?: string
  ticket?: string
  model?: string
  provider?: string
} {
  const said: Record<string, string> = {}
  for (const name of ['title', 'ticket', 'model', 'provider']) {
    const value = String(form.get(name) ?? '').trim()
    if (value !== '') said[name] = value
  }
  const minutes = form.get('minutes')
  return { ...said, ...(minutes === null ? {} : { minutes: Number(minutes) }) }
}
