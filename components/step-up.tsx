'use client'
import { type FormEvent, useEffect, useRef, useState } from 'react'
import { setStepUp } from './api.ts'
import { PasswordInput } from './sign-in/password-input.tsx'
import { Button } from './ui/button.tsx'
import { Dialog } from './ui/dialog.tsx'
import { Field, fieldProps } from './ui/field.tsx'
import { ProblemNotice } from './ui/problem.tsx'
import { useRequest } from './use-request.ts'

/** Asks for the password once more where the server wants it; what wanted it is repeated by itself. */
export function StepUp() {
  const [open, setOpen] = useState(false)
  const waiting = useRef<((given: boolean) => void)[]>([])

  useEffect(() => {
    setStepUp(() => {
      setOpen(true)
      return new Promise((resolve) => waiting.current.push(resolve))
    })
    return () => setStepUp(null)
  }, [])

  function answer(given: boolean) {
    for (const resolve of waiting.current.splice(0)) resolve(given)
    setOpen(false)
  }

  return (
    <Dialog
      open={open}
      onClose={() => answer(false)}
      title="Your password once more"
      description="What you are about to do could harm much in the wrong hands. It is good for five minutes."
      className="max-w-[400px]"
    >
      <StepUpForm onGiven={() => answer(true)} />
    </Dialog>
  )
}

function StepUpForm({ onGiven }: { onGiven: () => void }) {
  const { busy, problem, send, forget } = useRequest()

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const password = String(new FormData(event.currentTarget).get('password') ?? '')
    if (password === '') return
    const answer = await send('POST', '/api/logins/current/step-up', { password })
    if (answer.ok) onGiven()
  }

  const wrong = problem?.code === 'wrong_password' ? problem.detail : undefined
  return (
    <form onSubmit={submit} onChange={forget} className="flex flex-col gap-4">
      <Field id="step-up-password" label="Password" error={wrong}>
        <PasswordInput
          {...fieldProps('step-up-password', { error: wrong })}
          name="password"
          autoComplete="current-password"
          autoFocus
        />
      </Field>
      {problem && !wrong ? <ProblemNotice problem={problem} /> : null}
      <Button type="submit" variant="primary" busy={busy && 'Checking…'} className="self-start">
        Go on
      </Button>
    </form>
  )
}
