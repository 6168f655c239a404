'use client'
import { type FormEvent, useEffect, useRef, useState } from 'react'
import type { Problem } from '../../lib/api.ts'
import { api } from '../api.ts'
import { Button } from '../ui/button.tsx'
import { Field, fieldProps, Input } from '../ui/field.tsx'
import { ProblemNotice } from '../ui/problem.tsx'
import { PasswordInput } from './password-input.tsx'

const PASSWORD_MIN = 12

/** Makes the first account. The token comes with the link, behind the `#`, or is pasted. */
export function SetUpForm() {
  const [token, setToken] = useState('')
  const [fromLink, setFromLink] = useState(false)
  const [length, setLength] = useState(0)
  const [problem, setProblem] = useState<Problem | null>(null)
  const [busy, setBusy] = useState(false)
  const form = useRef<HTMLFormElement>(null)
  const fields = problem?.fields ?? {}

  useEffect(() => {
    function takeToken(hash: string) {
      const given = hash.slice(1)
      if (!given) return
      setToken(given)
      setFromLink(true)
      setProblem(null)
    }
    takeToken(location.hash)
    const onHash = (event: HashChangeEvent) => takeToken(new URL(event.newURL).hash)
    // The link may be opened in a tab that shows this page already.
    addEventListener('hashchange', onHash)
    return () => removeEventListener('hashchange', onHash)
  }, [])

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    if (busy) return
    const said = new FormData(event.currentTarget)
    setBusy(true)
    const answer = await api('POST', '/api/setup', {
      token: token.trim(),
      name: String(said.get('name') ?? '').trim(),
      password: String(said.get('password') ?? ''),
    })
    // Takes the link's place in the browser's history; until then a reload still has the token.
    if (answer.ok) return location.replace('/')
    setBusy(false)
    setProblem(answer.problem)
    if (answer.problem.fields?.token || answer.problem.code === 'wrong_set_up_token') setFromLink(false)
    const first = Object.keys(answer.problem.fields ?? {})[0] ?? 'token'
    requestAnimationFrame(() => form.current?.querySelector<HTMLInputElement>(`[name="${first}"]`)?.focus())
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
      {fromLink ? null : (
        <Field
          id="token"
          label="Set-up token"
          error={fields.token}
          hint="The console prints it on the host when it starts: the part of the link after #"
        >
          <Input
            {...fieldProps('token', { error: fields.token, hint: true })}
            name="token"
            value={token}
            onChange={(event) => setToken(event.target.value)}
            autoComplete="off"
            spellCheck={false}
            className="h-10 font-mono text-13"
          />
        </Field>
      )}
      <Field
        id="name"
        label="Name"
        error={fields.name}
        hint="Up to 32 letters, digits, dots, dashes, underscores. It stands in the record."
      >
        <Input
          {...fieldProps('name', { error: fields.name, hint: true })}
          name="name"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          maxLength={32}
          className="h-10"
        />
      </Field>
      <Field id="password" label="Password" error={fields.password} hint={rule(length)}>
        <PasswordInput
          {...fieldProps('password', { error: fields.password, hint: true })}
          name="password"
          autoComplete="new-password"
          onChange={(event) => setLength(event.target.value.length)}
        />
      </Field>
      <Button type="submit" variant="primary" size="lg" busy={busy && 'Making the account…'} className="mt-2">
        Make the account
      </Button>
    </form>
  )
}

function rule(length: number): string {
  if (length > 0 && length < PASSWORD_MIN)
    return `${PASSWORD_MIN - length} more of at least ${PASSWORD_MIN} characters`
  if (length >= PASSWORD_MIN) return 'Long enough'
  return `At least ${PASSWORD_MIN} characters; no other rule. A few words together are good.`
}
