'use client'
import { Button } from '../ui/button.tsx'
import { ProblemNotice } from '../ui/problem.tsx'
import type { Refusal } from './use-turns.ts'

/** Why a prompt was not taken or a turn not stopped; the text stands in the composer again. */
export function RefusedNotice({ refused, onDismiss }: { refused: Refusal; onDismiss: () => void }) {
  return (
    <ProblemNotice
      problem={refused.problem}
      actions={
        <Button size="sm" variant="quiet" onClick={onDismiss} className="-ml-2">
          {refused.text === '' ? 'Dismiss' : 'Dismiss; the text is below'}
        </Button>
      }
    />
  )
}
