import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { Entrance } from '../../components/sign-in/entrance.tsx'
import { SignInForm } from '../../components/sign-in/sign-in-form.tsx'
import { safePath } from '../../lib/safe-path.ts'
import { getRuntime } from '../../server/runtime.ts'

export const metadata: Metadata = { title: 'Sign in' }

export default async function LoginPage({
  searchParams,
}: {
  searchParams: Promise<{ next?: string | string[] }>
}) {
  const { next } = await searchParams
  if (!getRuntime().auth.hasOperators()) redirect('/setup')
  return (
    <Entrance
      title="Sign in"
      lead={
        <>
          With an account of this console. A lost password is mended on its host:{' '}
          <code className="whitespace-nowrap">npx breakglass operator passwd</code>
        </>
      }
    >
      <SignInForm next={safePath(next)} />
    </Entrance>
  )
}
