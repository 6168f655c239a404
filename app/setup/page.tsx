import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { Entrance } from '../../components/sign-in/entrance.tsx'
import { SetUpForm } from '../../components/sign-in/set-up-form.tsx'
import { getRuntime } from '../../server/runtime.ts'

export const metadata: Metadata = { title: 'Set up' }

export default function SetUpPage() {
  if (getRuntime().auth.hasOperators()) redirect('/login')
  return (
    <Entrance
      title="Make the first account"
      lead="It is an admin: it can do everything here, and whoever holds it can run commands on this host."
    >
      <SetUpForm />
    </Entrance>
  )
}
