import type { ReactNode } from 'react'
import { Shell } from '../../components/shell/shell.tsx'
import { requireOperator } from '../require-operator.ts'

export default async function SignedInLayout({ children }: { children: ReactNode }) {
  const { csrf_token } = await requireOperator()
  return (
    <>
      <meta name="breakglass-csrf" content={csrf_token} />
      <Shell>{children}</Shell>
    </>
  )
}
