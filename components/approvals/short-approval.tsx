'use client'
import Link from 'next/link'
import type { OperatorView } from '../../lib/api.ts'
import { makeVisible, oneLine } from '../../lib/format.ts'
import type { ApprovalView } from '../../lib/gate-api.ts'
import { describeCall } from '../../lib/tool-call.ts'
import { Button, buttonClass } from '../ui/button.tsx'
import { ProblemNotice } from '../ui/problem.tsx'
import { AxisWord } from './axis-word.tsx'
import { DeniedIn } from './denied-in.tsx'
import { useAnswer } from './use-answer.ts'
import { allowedBy, fromView, isSimple, titleOf } from './waiting.ts'

/** A question in a list: its exact call, and the answer where nothing more has to be seen for it. */
export function ShortApproval({ view, operator }: { view: ApprovalView; operator: OperatorView }) {
  const approval = fromView(view)
  const { busy, problem, settled, answer } = useAnswer(view.id)
  const { label, what } = describeCall(view.tool_name, view.input)
  const simple = operator.role !== 'viewer' && isSimple(approval)
  return (
    <article
      aria-label={`${titleOf(approval)}: ${oneLine(what, 80)}`}
      className="flex flex-col gap-1.5 rounded-lg border border-line bg-surface px-2.5 py-2"
    >
      <p className="flex items-baseline gap-2.5 text-12 text-faint">
        {approval.kind === 'tool' ? <AxisWord axis={approval.axis} /> : titleOf(approval)}
        <DeniedIn approval={approval} className="ml-auto" />
      </p>
      {approval.kind === 'tool' ? (
        <>
          <pre className="max-h-16 overflow-hidden whitespace-pre-wrap wrap-anywhere">
            {label ? <span className="font-sans">{makeVisible(label)} </span> : null}
            {makeVisible(what)}
          </pre>
          <p className="text-12 text-muted wrap-anywhere">
            {approval.needed > 1 ? `${allowedBy(approval).length} of ${approval.needed} people · ` : ''}
            {makeVisible(approval.reason)}
          </p>
        </>
      ) : (
        <p className="line-clamp-3 wrap-anywhere">{makeVisible(what)}</p>
      )}
      {problem ? <ProblemNotice problem={problem} /> : null}
      <span className="flex flex-wrap gap-2">
        {simple ? (
          <>
            <Button
              size="sm"
              disabled={!settled}
              busy={busy === 'allow' && 'Allowing…'}
              onClick={() => answer('allow', { decision: 'allow' })}
            >
              Allow once
            </Button>
            <Button
              size="sm"
              disabled={!settled}
              busy={busy === 'deny' && 'Denying…'}
              onClick={() => answer('deny', { decision: 'deny' })}
            >
              Deny
            </Button>
          </>
        ) : null}
        <Link
          href={`/sessions/${view.session_id}`}
          prefetch={false}
          className={buttonClass({ variant: 'quiet', size: 'sm', className: simple ? 'ml-auto' : '-ml-2' })}
        >
          {simple || operator.role === 'viewer' ? 'Open the session' : 'Answer in its session'}
        </Link>
      </span>
    </article>
  )
}
