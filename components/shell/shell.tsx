import type { ReactNode } from 'react'
import type { Role } from '../../lib/api.ts'
import type { KillView } from '../../lib/kill-api.ts'
import { KillSwitch } from '../kill/kill-switch.tsx'
import { StepUp } from '../step-up.tsx'
import { Banners } from './banners.tsx'
import { PolicyBanner } from './policy-banner.tsx'
import { Rail } from './rail.tsx'
import { ShellKeys } from './shell-keys.tsx'
import { SkipLink } from './skip-link.tsx'

/**
 * What stands around every signed-in page. The page brings its own `<main id="main" tabIndex={-1}>` and scrolls with
 * the document; a page of full height takes `h-page`, which leaves room for the tabs of a narrow screen.
 */
export function Shell({
  role,
  kill,
  policyProblem,
  children,
}: {
  role: Role
  kill: KillView
  /** Why the policy file is not in force. */
  policyProblem: string | null
  children: ReactNode
}) {
  return (
    <>
      <SkipLink />
      <KillSwitch first={kill} role={role} />
      <div className="grid min-h-page grid-cols-[48px_minmax(0,1fr)] narrow:mb-[var(--bar-bottom)] narrow:grid-cols-[minmax(0,1fr)]">
        <Rail canKill={role !== 'viewer'} />
        <div className="min-w-0">
          <Banners>
            <PolicyBanner first={policyProblem} />
          </Banners>
          {children}
        </div>
      </div>
      <StepUp />
      <ShellKeys />
    </>
  )
}
