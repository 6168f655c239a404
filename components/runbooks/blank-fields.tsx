import type { Blank, Values } from '../../lib/blanks.ts'
import { makeVisible } from '../../lib/format.ts'
import { Field, fieldProps, Input, Select } from '../ui/field.tsx'

/** A field for each blank: a list where there are choices. */
export function BlankFields({
  blanks,
  values,
  errors,
  onChange,
}: {
  blanks: readonly Blank[]
  values: Values
  errors: Readonly<Record<string, string>>
  onChange: (name: string, value: string) => void
}) {
  if (blanks.length === 0) return null
  return (
    <div className="grid grid-cols-2 gap-3 narrow:grid-cols-1">
      {blanks.map((blank) => {
        const id = `blank-${blank.name}`
        const error = errors[blank.name]
        const { choices, example } = blank
        return (
          <Field key={blank.name} id={id} label={makeVisible(blank.title)} error={error}>
            {choices ? (
              <Select
                {...fieldProps(id, { error })}
                value={values[blank.name] ?? choices[0]}
                onChange={(event) => onChange(blank.name, event.target.value)}
              >
                {choices.map((choice) => (
                  <option key={choice} value={choice}>
                    {makeVisible(choice)}
                  </option>
                ))}
              </Select>
            ) : (
              <Input
                {...fieldProps(id, { error })}
                value={values[blank.name] ?? ''}
                placeholder={example ? `${makeVisible(example)}` : undefined}
                autoComplete="off"
                autoCapitalize="none"
                spellCheck={false}
                className="font-mono text-13"
                onChange={(event) => onChange(blank.name, event.target.value)}
              />
            )}
          </Field>
        )
      })}
    </div>
  )
}

/** What the fields begin with. */
export function firstValues(blanks: readonly Blank[]): Record<string, string> {
  return Object.fromEntries(
    blanks.map(({ name, default: value, choices }) => [name, value ?? choices?.[0] ?? '']),
  )
}
