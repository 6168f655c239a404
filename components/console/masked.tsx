'use client'
import { EyeOff } from 'lucide-react'
import { useState } from 'react'
import type { Problem } from '../../lib/api.ts'
import { formatPlural } from '../../lib/format.ts'
import { Button } from '../ui/button.tsx'
import { Chip } from '../ui/chip.tsx'
import { ProblemNotice } from '../ui/problem.tsx'

/** How many places of the record are masked. */
export function MaskedChip({ count }: { count: number }) {
  if (count === 0) return null
  return (
    <span title="Secrets are masked wherever the record is shown; equal ones carry the same tag">
      <Chip className="text-muted">
        <EyeOff size={12} aria-hidden="true" />
        {formatPlural(count, 'secret')} masked
      </Chip>
    </span>
  )
}

/** Lets an admin look past the masks, told first that the look is recorded. */
export function ShowRaw({
  count,
  operator,
  onShow,
}: {
  count: number
  operator: string
  onShow: () => Promise<Problem | null>
}) {
  const [asked, setAsked] = useState(false)
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  const show = async () => {
    setBusy(true)
    setProblem(await onShow())
    setBusy(false)
  }
  return (
    <div className="flex flex-col gap-2 border-t border-line pt-3">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2 text-13">
        <p className="min-w-0 flex-1 basis-60 text-muted">
          {asked
            ? `The look is recorded under your name, ${operator}, where everybody sees it.`
            : `${formatPlural(count, 'secret')} masked in the transcript.`}
        </p>
        <Button onClick={asked ? show : () => setAsked(true)} busy={busy && 'Reading…'}>
          {asked ? 'Show and record it' : 'Show raw…'}
        </Button>
      </div>
      {problem ? <ProblemNotice problem={problem} /> : null}
    </div>
  )
}

/** Above a transcript without masks. */
export function RawBanner({ operator, onHide }: { operator: string; onHide: () => void }) {
  return (
    <div
      role="note"
      aria-label="Raw view"
      className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b border-line bg-raised px-4 py-1.5 text-13"
    >
      <p className="min-w-0 flex-1 basis-60">
        <span className="font-medium text-warn">Raw</span>
        <span className="text-muted">
          : recorded as a look by {operator}. What has come since is not in it.
        </span>
      </p>
      <Button size="sm" onClick={onHide}>
        Mask again
      </Button>
    </div>
  )
}
