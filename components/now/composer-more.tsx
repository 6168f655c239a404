import type { DriverName } from '../../lib/api.ts'
import { ChoiceFields, type ProviderChoice } from '../agent/choice-fields.tsx'
import { Field, fieldProps, Input } from '../ui/field.tsx'

export type AgentChoices = {
  drivers: readonly DriverName[]
  providers: readonly ProviderChoice[]
  defaultProvider: string
}

const FIELDS = [
  { name: 'title', label: 'Title', hint: 'Else the first words', max: 200 },
  { name: 'ticket', label: 'Ticket', hint: 'Such as INC-2291', max: 100 },
] as const

/** What a session may be told besides its reason. */
export function ComposerMore({ choices, fields }: { choices: AgentChoices; fields: Record<string, string> }) {
  const { drivers, providers, defaultProvider } = choices
  return (
    <div className="flex flex-col gap-3 border-t border-line px-4 py-3">
      <div className="grid grid-cols-2 gap-3 narrow:grid-cols-1">
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
      </div>
      <ChoiceFields
        id="composer"
        drivers={drivers}
        providers={providers}
        chosen={{ driver: drivers[0] ?? 'print', provider: defaultProvider, model: null }}
        fields={fields}
      />
    </div>
  )
}

/** The fields that were filled in. */
export function readMore(form: FormData): {
  title?: string
  ticket?: string
  driver?: DriverName
  model?: string
  provider?: string
} {
  const said: Record<string, string> = {}
  for (const name of ['title', 'ticket', 'driver', 'model', 'provider']) {
    const value = String(form.get(name) ?? '').trim()
    if (value !== '') said[name] = value
  }
  return said
}
