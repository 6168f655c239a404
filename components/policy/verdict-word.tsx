import type { Verdict } from '../../lib/events.ts'
import { type Severity, SeverityWord } from '../ui/severity.tsx'

export const VERDICT: Record<Verdict, { severity: Severity; word: string; said: string }> = {
  allow: { severity: 'ok', word: 'Allow', said: 'Allowed and recorded' },
  ask: { severity: 'warn', word: 'Ask', said: 'An operator decides' },
  ask_two: { severity: 'warn', word: 'Ask two', said: 'Two different people decide' },
  never: { severity: 'error', word: 'Never', said: 'Refused' },
}

export function VerdictWord({ verdict }: { verdict: Verdict }) {
  const { severity, word } = VERDICT[verdict]
  return <SeverityWord severity={severity}>{word}</SeverityWord>
}
