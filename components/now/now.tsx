import Link from 'next/link'
import type { DrillView, HealthCheck, OperatorView, SessionView } from '../../lib/api.ts'
import { SessionList } from '../shell/session-list.tsx'
import { describeSession } from '../shell/session-state.ts'
import { Notice } from '../ui/notice.tsx'
import { Composer } from './composer.tsx'
import type { Provider } from './composer-more.tsx'
import { Drills } from './drills.tsx'
import { HealthStrip } from './health-strip.tsx'
import { LiveNow } from './live-now.tsx'

const EARLIER_SHOWN = 5

export type NowProps = {
  operator: OperatorView
  sessions: SessionView[]
  drills: DrillView[]
  checks: Promise<HealthCheck[]>
  providers: Provider[]
  defaultProvider: string
  hasCredentials: boolean
}

/** The first page: say what is broken, see what wants you, what runs, and what was. */
export function Now({
  operator,
  sessions,
  drills,
  checks,
  providers,
  defaultProvider,
  hasCredentials,
}: NowProps) {
  const { shown, active } = choose(sessions)
  const writes = operator.role !== 'viewer'
  return (
    <div className="flex min-h-page flex-col">
      <LiveNow />
      <main
        id="main"
        tabIndex={-1}
        className="mx-auto grid w-full max-w-[1184px] flex-1 grid-cols-[minmax(0,1fr)_minmax(0,376px)] grid-rows-[auto_1fr] content-start items-start gap-x-16 gap-y-6 px-8 pt-[9dvh] pb-12 max-[1000px]:grid-cols-[minmax(0,1fr)] max-[1000px]:gap-y-10 max-[1000px]:pt-10 narrow:gap-y-8 narrow:px-4 narrow:pt-6 narrow:pb-8"
      >
        <div className="flex min-w-0 flex-col gap-6">
          {writes ? (
            <Composer
              providers={providers}
              defaultProvider={defaultProvider}
              able={hasCredentials}
              focused={active === 0 && hasCredentials}
            />
          ) : (
            <Viewer />
          )}
          {writes && !hasCredentials ? <NoCredentials drills={drills} /> : null}
        </div>
        <aside aria-label="Sessions" className="row-span-2 min-w-0 max-[1000px]:row-span-1">
          {shown.length > 0 ? <Sessions shown={shown} /> : <NoSessions />}
        </aside>
        {writes && hasCredentials ? <Drills drills={drills} /> : null}
      </main>
      <HealthStrip checks={checks} />
    </div>
  )
}

/** How many sessions wait for an operator. */
export function countNeeds(sessions: SessionView[]): number {
  return sessions.filter((session) => describeSession(session).group === 'Needs you').length
}

/** All that is open, and the last few that are closed. */
function choose(sessions: SessionView[]): { shown: SessionView[]; active: number } {
  const groups = sessions.map((session) => describeSession(session).group)
  let earlier = 0
  const shown = sessions.filter((_, at) => groups[at] !== 'Earlier' || ++earlier <= EARLIER_SHOWN)
  return { shown, active: groups.filter((group) => group === 'Needs you' || group === 'Running').length }
}

function Sessions({ shown }: { shown: SessionView[] }) {
  return (
    <>
      <SessionList sessions={shown} className="max-[1000px]:-mx-2" />
      <p className="pt-3 min-[1001px]:px-2">
        <Link
          href="/sessions"
          prefetch={false}
          className="inline-flex h-6 items-center text-13 text-muted underline-offset-4 hover:text-text hover:underline"
        >
          All sessions
        </Link>
      </p>
    </>
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

function NoSessions() {
  return (
    <div className="rounded-lg border border-dashed border-line p-4">
      <h2 className="font-medium">No sessions yet</h2>
      <p className="pt-1 text-13 text-muted">
        A session is one recovery: its reason, a workspace of its own, and a record of everything the agent
        says and runs. What needs you and what runs will stand here.
      </p>
    </div>
  )
}
