import { expect, test } from 'vitest'
import type { SessionView } from '../../lib/api.ts'
import { describeSession, formatSpan, groupSessions } from './session-state.ts'

const session = (fields: Partial<SessionView>): SessionView => ({
  id: 'a',
  reason: 'Checkout returns 502',
  title: 'Checkout returns 502',
  ticket: null,
  kind: 'incident',
  drill: null,
  driver: 'print',
  provider: 'anthropic',
  model: null,
  minutes: 120,
  ends_at: '2026-11-20T04:00:00.000Z',
  operator: 'ana',
  workspace: '/w',
  cli_session_id: 'a',
  claude_version: null,
  created_at: '2026-11-20T02:00:00.000Z',
  last_event_at: '2026-11-20T02:14:10.000Z',
  closed_at: null,
  outcome: null,
  summary: null,
  status: 'idle',
  head_seq: 1,
  current_turn: null,
  queued: 0,
  turns: 1,
  last_outcome: 'success',
  total_cost_usd: null,
  total_tokens: 0,
  pending_approvals: 0,
  raw_count: 0,
  ...fields,
})

test('describeSession() asks for the operator when an approval waits or prompts are held', () => {
  expect(describeSession(session({ status: 'needs_you', pending_approvals: 2 }))).toMatchObject({
    group: 'Needs you',
    severity: 'warn',
    detail: '2 approvals wait for an answer',
  })
  expect(describeSession(session({ status: 'over', queued: 2 })).detail).toBe(
    'Time is up, 2 prompts held: extend it or close it',
  )
  expect(describeSession(session({ status: 'held', queued: 1, last_outcome: 'timeout' })).detail).toBe(
    '1 prompt held: the last turn ran out of time',
  )
})

test('describeSession() marks an open session as failed when its last turn did', () => {
  expect(describeSession(session({ last_outcome: 'incomplete' })).severity).toBe('error')
  expect(describeSession(session({ last_outcome: 'interrupted' })).severity).toBe('quiet')
})

test('describeSession() tells outcome, length and cost when a session is closed', () => {
  const closed = { status: 'closed', outcome: 'resolved', closed_at: '2026-11-20T02:14:10.000Z' } as const
  expect(describeSession(session({ ...closed, total_cost_usd: 0.21 }))).toMatchObject({
    group: 'Earlier',
    severity: 'ok',
    detail: 'resolved · 14 min · $0.21',
  })
})

test('groupSessions() puts what wants attention first and leaves empty groups out', () => {
  const groups = groupSessions([
    session({ id: 'old', status: 'closed' }),
    session({ id: 'runs', status: 'running' }),
    session({ id: 'asks', status: 'needs_you', pending_approvals: 1 }),
  ])
  expect(groups.map(({ group }) => group)).toEqual(['Needs you', 'Running', 'Earlier'])
})

test('formatSpan() counts to the last event when a session is open', () => {
  expect(formatSpan(session({}))).toBe('14 min')
})
