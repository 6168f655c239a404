'use client'
import { lazy, memo, Suspense, useMemo } from 'react'
import type { OperatorView, SessionDetail } from '../../lib/api.ts'
import type { RecordSnapshot } from '../../lib/block-types.ts'
import type { RecordedEvent } from '../../lib/events.ts'
import { keepTrying } from '../keep-trying.ts'
import { Tabs } from '../ui/tabs.tsx'
import { readChangedFiles } from './changed-files.ts'
import { Files } from './files.tsx'
import { RawView } from './raw-view.tsx'
import { SessionFacts } from './session-facts.tsx'
import { Timeline } from './timeline.tsx'

const SessionTerminals = lazy(() => keepTrying(() => import('../terminal/session-terminals.tsx')))

/** Beside the transcript on a wide screen: the same record as lanes, as files, as lines, and the facts around it. */
export default memo(function Inspector({
  detail,
  record,
  events,
  operator,
  observes,
}: {
  detail: SessionDetail
  record: RecordSnapshot
  events: () => readonly RecordedEvent[]
  operator: OperatorView
  /** The reader came by a link that shows this session alone. */
  observes: boolean
}) {
  const files = useMemo(() => readChangedFiles(record.items), [record.items])
  return (
    <Tabs
      label="Inspector"
      className="h-full"
      tabs={[
        {
          id: 'timeline',
          label: 'Timeline',
          panel: <Timeline items={record.items} running={record.facts.running !== null} />,
        },
        {
          id: 'terminal',
          label: 'Terminal',
          panel: (
            <Suspense fallback={<p className="p-4 text-13 text-faint">Loading the terminals…</p>}>
              <SessionTerminals
                session={detail.id}
                closed={detail.status === 'closed'}
                operator={operator}
                observes={observes}
              />
            </Suspense>
          ),
        },
        {
          id: 'files',
          label: files.length > 0 ? `Files ${files.length}` : 'Files',
          panel: <Files files={files} />,
        },
        { id: 'raw', label: 'Raw', panel: <RawView head={record.head_seq} events={events} /> },
        {
          id: 'about',
          label: 'About',
          panel: (
            <div className="p-4">
              <SessionFacts detail={detail} facts={record.facts} />
            </div>
          ),
        },
      ]}
    />
  )
})
