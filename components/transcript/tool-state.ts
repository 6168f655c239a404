import { assertNever } from '../../lib/assert-never.ts'
import type { ToolBlock } from '../../lib/block-types.ts'
import type { Severity } from '../ui/severity.tsx'

/** How a call stands: the word, with the exit code where one is known, and what it looks like. */
export function describeToolState(tool: ToolBlock): { severity: Severity; word: string; open: boolean } {
  switch (tool.state) {
    case 'queued':
      return { severity: 'quiet', word: 'Queued', open: false }
    case 'running':
      return { severity: 'running', word: 'Running', open: true }
    case 'waiting':
      return { severity: 'warn', word: 'Waiting for approval', open: false }
    case 'succeeded':
      return { severity: 'ok', word: 'Succeeded', open: false }
    case 'failed':
      return {
        severity: 'error',
        word: tool.exit_code === null ? 'Failed' : `Failed (${tool.exit_code})`,
        open: true,
      }
    case 'denied':
      return {
        severity: 'warn',
        word: tool.approval?.state === 'expired' ? 'Not answered' : 'Denied',
        open: true,
      }
    case 'killed':
      return { severity: 'error', word: 'Killed', open: true }
    case 'timeout':
      return { severity: 'error', word: 'Timed out', open: true }
    case 'interrupted':
      return { severity: 'warn', word: 'Interrupted', open: true }
    default:
      return assertNever(tool.state)
  }
}

/** Whether a call goes on. */
export function isOpen(tool: ToolBlock): boolean {
  return tool.state === 'running' || tool.state === 'waiting' || tool.state === 'queued'
}
