'use client'
import { type FormEvent, useState } from 'react'
import { type Problem, ROLES } from '../../lib/api.ts'
import { PasswordInput } from '../sign-in/password-input.tsx'
import { Button } from '../ui/button.tsx'
import { Field, fieldProps, Input, Select } from '../ui/field.tsx'
import { ProblemNotice } from '../ui/problem.tsx'
import type { Change } from './change.ts'

/** A new account: its name, what it may do, its first password. */
export function AddAccount({
  change,
  problem,
  onDone,
}: {
  change: Change
  problem: Problem | null
  onDone: () => void
}) {
  const [busy, setBusy] = useState(false)
  const fields = problem?.fields ?? {}

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    if (busy) return
    const said = new FormData(event.currentTarget)
    setBusy(true)
    const added = await change('POST', '/api/operators', {
      name: String(said.get('name') ?? '').trim(),
      role: said.get('role'),
      password: said.get('password'),
    })
    setBusy(false)
    if (added) onDone()
  }

  return (
    <form onSubmit={submit} noValidate className="flex flex-col gap-4">
      <Field id="account-name" label="Name" error={fields.name}>
        <Input
          {...fieldProps('account-name', { error: fields.name })}
          name="name"
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
        />
      </Field>
      <Field id="account-role" label="Role">
        <Select {...fieldProps('account-role', {})} name="role" defaultValue="operator">
          {ROLES.map((role) => (
            <option key={role} value={role}>
              {role}
            </option>
          ))}
        </Select>
      </Field>
      <Field
        id="account-password"
        label="First password"
        hint="At least 12 characters"
        error={fields.password}
      >
        <PasswordInput
          {...fieldProps('account-password', { hint: true, error: fields.password })}
          name="password"
          autoComplete="new-password"
        />
      </Field>
      {problem && Object.keys(fields).length === 0 ? <ProblemNotice problem={problem} /> : null}
      <Button type="submit" variant="primary" busy={busy && 'Adding…'} className="self-start">
        Add
      </Button>
    </form>
  )
}
