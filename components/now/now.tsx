import type { DrillView, HealthCheck, OperatorView, SessionView } from '../../lib/api.ts'
import type { ApprovalView } from '../../lib/gate-api.ts'
import { Notice } from '../ui/notice.tsx'
import { isActive } from './choose-sessions.ts'
import { Composer } from './composer.tsx'
import type { AgentChoices } from './composer-more.tsx'
import { Drills } from './drills.tsx'
import { HealthStrip } from './health-strip.tsx'
import { LiveSessions } from './live-sessions.tsx'

export type NowProps = {
  operator: OperatorView
  sessions: SessionView[]
  waiting: ApprovalView[]
  drills: DrillView[]
  checks: Promise<HealthCheck[]>
  choices: AgentChoices
  hasCredentials: boolean
}

/** The first page: say what is broken, see what wants you, what runs, and what was. */
export function Now({ operator, sessions, waiting, drills, checks, choices, hasCredentials }: NowProps) {
  const active = sessions.some(isActive)
  const writes = operator.role !== 'viewer'
  return (
    <div className="flex min-h-page flex-col">
      <main
        id="main"
        tabIndex={-1}
        className="mx-auto grid w-full max-w-[1184px] flex-1 grid-cols-[minmax(0,1fr)_minmax(0,376px)] grid-rows-[auto_1fr] content-start items-start gap-x-16 gap-y-6 px-8 pt-[9dvh] pb-12 max-[1000px]:grid-cols-[minmax(0,1fr)] max-[1000px]:gap-y-10 max-[1000px]:pt-10 narrow:gap-y-8 narrow:px-4 narrow:pt-6 narrow:pb-8"
      >
        <div className="flex min-w-0 flex-col gap-6">
          {writes ? (
            <Composer choices={choices} able={hasCredentials} focused={!active && hasCredentials} />
          ) : (
            <Viewer />
          )}
          {writes && !hasCredentials ? <NoCredentials drills={drills} /> : null}
        </div>
        <aside aria-label="Sessions" className="row-span-2 min-w-0 max-[1000px]:row-span-1">
          <LiveSessions first={sessions} firstWaiting={waiting} operator={operator} />
        </aside>
        {writes && hasCredentials ? <Drills drills={drills} /> : null}
      </main>
      <HealthStrip checks={checks} />
    </div>
  )
}

function NoCredentials({ drills }: { drills: DrillView[] }) {
  return (
    <Notice severity="warn" title="No model credentials were found on this host">
      <p>
        A recovery would stop at its first turn. Set <code>ANTHROPIC_API_KEY</code> or{' '}
        <code>CLAUDE_CODE_OAUTH_TOKEN</code> where the console is started, or sign in with <code>claude</code>{' '}
        on this host; then start the console again.
      </p>
      <p className="pt-2 pb-3">A drill needs none: the CLI and its tools are real, the model is scripted.</p>
      <Drills drills={drills} prominent />
    </Notice>
  )
}

function Viewer() {
  return (
    <>
      <h1 className="text-28 font-semibold tracking-tight">Now</h1>
      <Notice severity="info" title="You can watch and read">
        <p>
          Your account is a viewer: it sees every session live and all of the record, and starts or stops
          nothing.
        </p>
        <p>An admin of this host can give it another role.</p>
      </Notice>
    </>
  )
}
