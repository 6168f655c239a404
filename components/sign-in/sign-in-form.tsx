'use client'
import { type FormEvent, useRef, useState } from 'react'
import type { Problem } from '../../lib/api.ts'
import { api } from '../api.ts'
import { Button } from '../ui/button.tsx'
import { Field, fieldProps, Input } from '../ui/field.tsx'
import { ProblemNotice } from '../ui/problem.tsx'
import { PasswordInput } from './password-input.tsx'

/** Signs in and goes to `next`, a path of this console. */
export function SignInForm({ next }: { next: string }) {
  const [problem, setProblem] = useState<Problem | null>(null)
  const [busy, setBusy] = useState(false)
  const form = useRef<HTMLFormElement>(null)
  const fields = problem?.fields ?? {}

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    if (busy) return
    const said = new FormData(event.currentTarget)
    const name = String(said.get('name') ?? '').trim()
    const password = String(said.get('password') ?? '')
    if (name === '' || password === '') return refuse(missing(name, password))
    setBusy(true)
    const answer = await api('POST', '/api/logins', { name, password })
    // A whole load: everything on the page belongs to the new login.
    if (answer.ok) return location.assign(next)
    setBusy(false)
    refuse(answer.problem)
  }

  function refuse(refusal: Problem) {
    setProblem(refusal)
    const first = Object.keys(refusal.fields ?? {})[0] ?? 'password'
    form.current?.querySelector<HTMLInputElement>(`[name="${first}"]`)?.focus()
  }

  return (
    <form
      ref={form}
      onSubmit={submit}
      onChange={() => setProblem(null)}
      noValidate
      className="flex flex-col gap-4"
    >
      {problem && Object.keys(fields).length === 0 ? <ProblemNotice problem={problem} /> : null}
      <Field id="name" label="Name" error={fields.name}>
        <Input
          {...fieldProps('name', { error: fields.name })}
          name="name"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          className="h-10"
          autoFocus
        />
      </Field>
      <Field id="password" label="Password" error={fields.password}>
        <PasswordInput
          {...fieldProps('password', { error: fields.password })}
          name="password"
          autoComplete="current-password"
        />
      </Field>
      <Button type="submit" variant="primary" size="lg" busy={busy && 'Signing in…'} className="mt-2">
        Sign in
      </Button>
    </form>
  )
}

function missing(name: string, password: string): Problem {
  const fields: Record<string, string> = {}
  if (name === '') fields.name = 'Write your name'
  if (password === '') fields.password = 'Write your password'
  return { type: 'about:blank', title: '', status: 400, code: 'invalid_input', detail: '', fields }
}
