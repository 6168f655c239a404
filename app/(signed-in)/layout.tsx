import type { ReactNode } from 'react'
import { Shell } from '../../components/shell/shell.tsx'
import { getRuntime } from '../../server/runtime.ts'
import { requireOperator } from '../require-operator.ts'

export default async function SignedInLayout({ children }: { children: ReactNode }) {
  const { csrf_token, operator } = await requireOperator()
  return (
    <>
      <meta name="breakglass-csrf" content={csrf_token} />
      <Shell
        role={operator.role}
        kill={getRuntime().kill.view()}
        policyProblem={getRuntime().policy.view().problem}
      >
        {children}
      </Shell>
    </>
  )
}
