'use client'
import Link from 'next/link'
import { useRouter } from 'next/navigation'
import { lazy, Suspense, useCallback, useEffect, useRef, useState } from 'react'
import type { OperatorView, SessionDetail } from '../../lib/api.ts'
import { makeVisible } from '../../lib/format.ts'
import type { ObserverPass } from '../../lib/observer-api.ts'
import { useLadder } from '../agent/use-ladder.ts'
import { Approvals } from '../approvals/approvals.tsx'
import { useWaiting } from '../approvals/use-waiting.ts'
import { titleOf } from '../approvals/waiting.ts'
import { keepTrying } from '../keep-trying.ts'
import { ReadOnlyBanner } from '../observe/read-only-banner.tsx'
import { useSession } from '../stream/use-session.ts'
import { ClockAhead } from '../transcript/clock.tsx'
import { SessionId, WorkspacePath } from '../transcript/event.tsx'
import { buttonClass } from '../ui/button.tsx'
import { cn } from '../ui/cn.ts'
import { BudgetSpent } from './budget.tsx'
import { ClosedNote } from './closed-note.tsx'
import { Composer } from './composer.tsx'
import { ConnectionBanner } from './connection-banner.tsx'
import { ConsoleDialogs } from './console-dialogs.tsx'
import type { DialogName } from './dialogs.ts'
import { ConsoleHeader } from './header.tsx'
import { RawBanner } from './masked.tsx'
import { Milestones } from './milestones.tsx'
import { useNotification } from './notifications.ts'
import { OfferNotice } from './offer-notice.tsx'
import { Queue } from './queue.tsx'
import { RefusedNotice } from './refused-notice.tsx'
import { SessionColumn } from './session-column.tsx'
import { describeStatus, statusOf } from './session-status.ts'
import { TimeBoxArea } from './time-box.tsx'
import { TranscriptArea } from './transcript-area.tsx'
import { useConsoleKeys } from './use-console-keys.ts'
import { useDetail } from './use-detail.ts'
import { useRaw } from './use-raw.ts'
import { useTabTitle } from './use-tab-title.ts'
import { useTurns } from './use-turns.ts'
import { useWide } from './use-wide.ts'

const Inspector = lazy(() => keepTrying(() => import('./inspector.tsx')))

const OPERATOR_GRID =
  'grid-rows-[auto_minmax(0,1fr)] min-[1101px]:grid-cols-[264px_minmax(0,1fr)] min-[1280px]:grid-cols-[264px_minmax(0,1fr)_360px] min-[1440px]:grid-cols-[264px_minmax(0,1fr)_440px]'
const OBSERVER_GRID =
  'grid-rows-[auto_auto_minmax(0,1fr)] min-[1280px]:grid-cols-[minmax(0,1fr)_360px] min-[1440px]:grid-cols-[minmax(0,1fr)_440px]'

/** One session: watched, told what to do, stopped, answered, closed, and read again afterwards. */
export function Console({
  session,
  operator,
  observer,
}: {
  session: SessionDetail
  operator: OperatorView
  /** Set for who came by a link that shows this session alone. */
  observer?: ObserverPass
}) {
  const live = useSession(session.id)
  const { record, connection } = live
  const { detail, refresh } = useDetail(session, record)
  const raw = useRaw(session.id)
  const turns = useTurns(detail, record, refresh)
  const [dialog, setDialog] = useState<DialogName | null>(null)
  const field = useRef<HTMLTextAreaElement>(null)
  const area = useRef<{ jump: () => void; release: () => void }>({ jump: () => {}, release: () => {} })
  const wide = useWide()
  const router = useRouter()

  const status = statusOf(detail, record)
  const { severity, word, mark } = describeStatus(status, record.facts.last_outcome ?? detail.last_outcome)
  const title = makeVisible(detail.title)
  const canWrite = operator.role !== 'viewer'
  const closed = status === 'closed'
  const running = record.facts.running !== null
  const canStop = canWrite && running && !turns.stopping
  useTabTitle(mark, title, severity)
  useNotification({ id: session.id, title }, word, status === 'needs_you' || (!running && !closed))
  useConsoleKeys({
    stop: canStop ? turns.stop : null,
    jump: () => area.current.jump(),
    release: () => area.current.release(),
    terminals: () => showTerminals(() => observer || router.push(`/terminals?session=${session.id}`)),
  })

  const { send } = turns
  const onSend = useCallback(
    (text: string, key: string) => {
      area.current.jump()
      return send(text, { queue: running, key })
    },
    [send, running],
  )
  useEffect(() => {
    // Touch screens keep their keyboard down until it is asked for.
    if (!closed && canWrite && matchMedia('(hover: hover)').matches && !location.hash) field.current?.focus()
  }, [closed, canWrite])

  const admin = operator.role === 'admin'
  const may = {
    write: canWrite && !closed,
    budget: admin && !closed,
    share: canWrite,
    export: !observer,
    raw: admin,
  }
  const onExtend = may.write ? () => setDialog('extend') : null
  const onBudget = may.budget ? () => setDialog('budget') : null
  const { offer } = record.facts
  const asksLadder = `${record.facts.running?.turn_id} ${offer?.turn_id} ${detail.provider}`
  const ladder = useLadder(observer ? null : asksLadder)
  const waiting = useWaiting(session.id, record.facts.pending, record.facts.cwd ?? detail.workspace)
  const latest = waiting.at(-1)
  const asked = latest ? { id: latest.id, title: makeVisible(titleOf(latest)) } : undefined
  return (
    <SessionId value={session.id}>
      <WorkspacePath value={record.facts.cwd ?? detail.workspace}>
        <ClockAhead value={live.clock_ahead}>
          <main
            id="main"
            tabIndex={-1}
            className={cn('grid h-page grid-cols-[minmax(0,1fr)]', observer ? OBSERVER_GRID : OPERATOR_GRID)}
          >
            {observer ? <ReadOnlyBanner observer={observer} /> : null}
            <ConsoleHeader
              detail={detail}
              facts={record.facts}
              status={status}
              connection={connection}
              others={live.watching.filter((name) => name !== operator.name)}
              ladder={ladder}
              onAgent={may.write ? () => setDialog('agent') : null}
              onDetails={() => {
                setDialog('facts')
                refresh()
              }}
              onExtend={onExtend}
              onBudget={onBudget}
            />
            {observer ? null : <SessionColumn current={session.id} />}
            <div className="relative flex min-h-0 min-w-0 flex-col">
              <ConnectionBanner
                connection={connection}
                caughtUp={live.caught_up}
                observes={observer !== undefined}
              />
              {raw.record ? <RawBanner operator={operator.name} onHide={raw.hide} /> : null}
              <TranscriptArea
                record={raw.record ?? record}
                sending={turns.sending}
                operator={operator.name}
                detail={detail}
                mayAct={canWrite}
                handle={area}
              />
              <div className="border-t border-line px-8 pt-3 pb-3.5 narrow:px-3 narrow:py-2.5">
                <div className="mx-auto flex max-w-[840px] flex-col gap-2">
                  {waiting.length > 0 && !closed ? <Approvals waiting={waiting} operator={operator} /> : null}
                  {offer && !closed ? (
                    <OfferNotice
                      key={offer.turn_id}
                      session={session.id}
                      offer={offer}
                      running={running}
                      canWrite={canWrite}
                      onOther={() => setDialog('agent')}
                      onDone={refresh}
                    />
                  ) : null}
                  {turns.refused ? <RefusedNotice refused={turns.refused} onDismiss={turns.dismiss} /> : null}
                  {closed ? (
                    <ClosedNote detail={detail} facts={record.facts} canOpen={canWrite} />
                  ) : (
                    <TimeBoxArea
                      detail={detail}
                      running={running}
                      onExtend={onExtend}
                      onClose={() => setDialog('close')}
                      stop={{ press: turns.stop, pressed: turns.stopping }}
                    >
                      {running ? null : <BudgetSpent detail={detail} onChange={onBudget} />}
                      <Queue
                        session={session.id}
                        queue={detail.queue}
                        held={status === 'held'}
                        running={running}
                        readOnly={!canWrite}
                        onChange={refresh}
                      />
                      {canWrite ? (
                        <Composer
                          session={session.id}
                          running={running}
                          stopping={turns.stopping}
                          first={record.facts.turns === 0 && detail.turns.length === 0}
                          onSend={onSend}
                          onStop={turns.stop}
                          field={field}
                        />
                      ) : (
                        <ViewerLine observes={observer !== undefined} />
                      )}
                    </TimeBoxArea>
                  )}
                </div>
              </div>
            </div>
            {wide ? (
              <aside
                aria-label="Inspector"
                className="hidden min-h-0 min-w-0 border-l border-line min-[1280px]:block"
              >
                <Suspense fallback={<p className="p-4 text-13 text-faint">Loading the inspector…</p>}>
                  <Inspector
                    detail={detail}
                    record={record}
                    events={live.events}
                    operator={operator}
                    observes={observer !== undefined}
                  />
                </Suspense>
              </aside>
            ) : null}
            <Milestones status={status} word={word} connection={connection.name} asked={asked} />
          </main>
          <ConsoleDialogs
            dialog={dialog}
            onDialog={setDialog}
            onChanged={refresh}
            onRaw={raw.show}
            detail={detail}
            facts={record.facts}
            ladder={ladder}
            operator={operator}
            may={may}
          />
        </ClockAhead>
      </WorkspacePath>
    </SessionId>
  )
}

function ViewerLine({ observes }: { observes: boolean }) {
  if (observes)
    return <p className="text-13 text-muted">You can read along; operators send, stop and answer.</p>
  return (
    <p className="flex flex-wrap items-center gap-3 text-13 text-muted">
      <span className="min-w-0 flex-1">
        You are signed in as a viewer: you can read along, not send, stop or answer. An admin can change your
        role.
      </span>
      <Link href="/sessions" prefetch={false} className={buttonClass({ size: 'sm' })}>
        All sessions
      </Link>
    </p>
  )
}

/** The inspector's tab where there is one. */
function showTerminals(otherwise: () => void) {
  const tab = document.querySelector<HTMLElement>('[role="tab"][id$="-terminal"]')
  tab?.click()
  tab?.focus()
  if (!tab) otherwise()
}
