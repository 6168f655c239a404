'use client'
import { useState } from 'react'
import type { DriverName } from '../../lib/api.ts'
import { DRIVER_WORDS } from '../../lib/choice-api.ts'
import { makeVisible, oneLine } from '../../lib/format.ts'
import { Field, FieldError, fieldProps, Input, Select } from '../ui/field.tsx'

export type ProviderChoice = { name: string; model: string | null; detail?: string }

/** How the agent runs: the driver, each in a line of its own, whose model is asked, and which one. */
export function ChoiceFields({
  id,
  drivers,
  providers,
  chosen,
  fields,
}: {
  id: string
  drivers: readonly DriverName[]
  /** None where there is nothing to choose: a drill asks the scripted model. */
  providers: readonly ProviderChoice[]
  chosen: { driver: DriverName; provider: string; model: string | null }
  fields: Record<string, string>
}) {
  const [provider, setProvider] = useState(chosen.provider)
  const own = providers.find(({ name }) => name === provider)?.model
  return (
    <div className="flex flex-col gap-3">
      <fieldset className="flex min-w-0 flex-col gap-1">
        <legend className="pb-1 text-13 font-medium">Driver</legend>
        <div className="overflow-hidden rounded-md border border-edge">
          {drivers.map((name) => (
            <label
              key={name}
              className="grid cursor-pointer grid-cols-[auto_52px_minmax(0,1fr)] items-baseline gap-x-2.5 border-b border-line px-3 py-1.5 last:border-0 hover:bg-raised has-checked:bg-raised has-focus-visible:outline-2 has-focus-visible:-outline-offset-2 has-focus-visible:outline-accent"
            >
              <input
                type="radio"
                name="driver"
                value={name}
                defaultChecked={name === chosen.driver}
                className="translate-y-0.5 accent-accent"
              />
              <span className="text-13 font-medium">{name}</span>
              <span className="text-12 text-muted">{DRIVER_WORDS[name]}</span>
            </label>
          ))}
        </div>
        {fields.driver ? <FieldError>{fields.driver}</FieldError> : null}
      </fieldset>
      {providers.length > 0 ? (
        <div className="grid grid-cols-2 gap-3 narrow:grid-cols-1">
          <Field id={`${id}-provider`} label="Provider" error={fields.provider}>
            <Select
              {...fieldProps(`${id}-provider`, { error: fields.provider })}
              name="provider"
              value={provider}
              onChange={(event) => setProvider(event.target.value)}
              className="bg-bg"
            >
              {providers.map(({ name, detail }) => (
                <option key={name} value={name}>
                  {makeVisible(detail && detail !== 'answers' ? `${name} · ${oneLine(detail, 40)}` : name)}
                </option>
              ))}
            </Select>
          </Field>
          <Field
            id={`${id}-model`}
            label="Model"
            optional
            hint={own ? `Else ${makeVisible(own)}` : 'Else the CLI’s default'}
            error={fields.model}
          >
            <Input
              {...fieldProps(`${id}-model`, { hint: true, error: fields.model })}
              name="model"
              maxLength={200}
              autoComplete="off"
              spellCheck={false}
              defaultValue={chosen.model ?? ''}
              className="bg-bg"
            />
          </Field>
        </div>
      ) : null}
    </div>
  )
}
