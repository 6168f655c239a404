'use client'
import { useRouter } from 'next/navigation'
import { useRef, useState } from 'react'
import type { DrillView, Problem } from '../../lib/api.ts'
import { Button } from '../ui/button.tsx'
import { ProblemNotice } from '../ui/problem.tsx'
import { type Attempt, nextAttempt, startSession } from './start-session.ts'

/** The rehearsals on offer: one press starts one. `prominent` where nothing else can be started. */
export function Drills({ drills, prominent }: { drills: DrillView[]; prominent?: boolean }) {
  const router = useRouter()
  const attempt = useRef<Attempt | null>(null)
  const [starting, setStarting] = useState<string | null>(null)
  const [problem, setProblem] = useState<Problem | null>(null)

  async function start(drill: DrillView) {
    if (starting) return
    setStarting(drill.name)
    setProblem(null)
    const before = attempt.current?.said === drill.name ? attempt.current : null
    attempt.current = nextAttempt(before, drill.name)
    const opening = { kind: 'drill', drill: drill.name, title: drill.title, reason: drill.reason } as const
    const started = await startSession(attempt.current, opening, drill.prompt)
    if (started.ok) return router.push(`/sessions/${started.sessionId}`)
    setStarting(null)
    setProblem(started.problem)
  }

  return (
    <div className="flex flex-col gap-3">
      {prominent ? (
        <ul className="grid gap-2 narrow:-ml-[26px]">
          {drills.map((drill) => (
            <li
              key={drill.name}
              className="flex items-center gap-4 rounded-md border border-line bg-bg py-2 pr-2 pl-3 narrow:flex-col narrow:items-stretch narrow:gap-2 narrow:p-3"
            >
              <span className="min-w-0 flex-1">
                <span className="block font-medium text-text">{drill.title}</span>
                <span className="block text-13 text-muted">{drill.reason}</span>
              </span>
              <Button
                busy={starting === drill.name && 'Starting…'}
                aria-label={starting === drill.name ? undefined : `Start drill: ${drill.title}`}
                onClick={() => start(drill)}
              >
                Start drill
              </Button>
            </li>
          ))}
        </ul>
      ) : (
        <div className="flex flex-wrap items-center gap-2">
          <h2 id="drills" className="mr-1 text-13 text-muted">
            Or rehearse:
          </h2>
          <ul aria-labelledby="drills" className="contents">
            {drills.map((drill) => (
              <li key={drill.name} className="contents">
                <Button
                  className="text-muted hover:text-text"
                  busy={starting === drill.name && 'Starting…'}
                  onClick={() => start(drill)}
                >
                  {drill.title}
                </Button>
              </li>
            ))}
          </ul>
        </div>
      )}
      {problem ? <ProblemNotice problem={problem} /> : null}
    </div>
  )
}
