'use client'
import { type FormEvent, type ReactNode, useState } from 'react'
import type { AccountView, TokenView } from '../../lib/account-api.ts'
import { type Problem, ROLES } from '../../lib/api.ts'
import { makeVisible } from '../../lib/format.ts'
import { PasswordInput } from '../sign-in/password-input.tsx'
import { Time } from '../time.tsx'
import { Button } from '../ui/button.tsx'
import { Field, fieldProps, Select } from '../ui/field.tsx'
import { Notice } from '../ui/notice.tsx'
import { ProblemNotice } from '../ui/problem.tsx'
import type { Change } from './change.ts'

/** What can be changed of an account. Each change ends its logins, or is asked the admin's password for. */
export function AccountForms({
  account: { name, role, tokens },
  change,
  problem,
}: {
  account: AccountView
  change: Change
  problem: Problem | null
}) {
  const [done, setDone] = useState<string | null>(null)
  const path = `/api/operators/${name}`
  const save = async (body: { role: unknown } | { password: unknown }, said: string) => {
    setDone(null)
    if (await change('PATCH', path, body)) setDone(said)
  }
  const wrong = problem?.fields?.password
  return (
    <div className="flex flex-col gap-5">
      {problem && !wrong ? <ProblemNotice problem={problem} /> : null}
      {done ? <Notice severity="ok" role="status" title={done} /> : null}
      <OneField
        onSave={(form) => save({ role: form.get('role') }, `${name} is ${form.get('role')} now`)}
        word="Change the role"
      >
        <Field id="change-role" label="Role" hint="Takes effect at once; open streams end">
          <Select {...fieldProps('change-role', { hint: true })} name="role" defaultValue={role}>
            {ROLES.map((each) => (
              <option key={each} value={each}>
                {each}
              </option>
            ))}
          </Select>
        </Field>
      </OneField>
      <OneField
        onSave={(form) =>
          save({ password: form.get('password') }, `${name} has a new password and is signed out everywhere`)
        }
        word="Reset the password"
      >
        <Field id="change-password" label="New password" error={wrong}>
          <PasswordInput
            {...fieldProps('change-password', { error: wrong })}
            name="password"
            autoComplete="new-password"
          />
        </Field>
      </OneField>
      <Tokens tokens={tokens} onRevoke={(id) => change('DELETE', `/api/tokens/${id}`)} />
    </div>
  )
}

function OneField({
  onSave,
  word,
  children,
}: {
  onSave: (form: FormData) => Promise<void>
  word: string
  children: ReactNode
}) {
  const [busy, setBusy] = useState(false)
  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const form = event.currentTarget
    if (busy) return
    setBusy(true)
    await onSave(new FormData(form))
    setBusy(false)
  }
  return (
    <form onSubmit={submit} noValidate className="flex flex-col gap-2 border-b border-line pb-5">
      {children}
      <Button type="submit" busy={busy && 'Saving…'} className="self-start">
        {word}
      </Button>
    </form>
  )
}

function Tokens({ tokens, onRevoke }: { tokens: TokenView[]; onRevoke: (id: string) => void }) {
  return (
    <section>
      <h3 className="text-13 font-medium">Bearer tokens</h3>
      {tokens.length === 0 ? (
        <p className="pt-1 text-13 text-muted">
          None. One for a program is made on the host: <code>npx breakglass token add</code>
        </p>
      ) : (
        <ul>
          {tokens.map((token) => (
            <li
              key={token.id}
              className="flex min-h-10 items-center gap-3 border-b border-line py-1.5 text-13 last:border-b-0"
            >
              <span className="min-w-0 flex-1 wrap-anywhere">
                {makeVisible(token.label)}
                <span className="block text-12 text-muted">
                  {token.scope} ·{' '}
                  {token.last_used_at ? (
                    <>
                      used <Time at={token.last_used_at} align="left" />
                    </>
                  ) : (
                    'never used'
                  )}
                </span>
              </span>
              <Button
                size="sm"
                onClick={() => onRevoke(token.id)}
                aria-label={`Revoke ${makeVisible(token.label)}`}
              >
                Revoke
              </Button>
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}
