// Short ways to write records and look at their views, for the tests of the blocks.
import type { Block, Item, ToolBlock, Turn } from './block-types.ts'
import { createRecordView } from './blocks.ts'
import type { BodyOf, EventBody, PassingEvent, RecordedEvent, StreamEvent } from './events.ts'

export const at = (n: number) => new Date(Date.UTC(2026, 10, 20, 2, 47, n)).toISOString()

export function record(...bodies: (EventBody & { turn_id?: string })[]): RecordedEvent[] {
  return bodies.map((body, index) => ({ turn_id: 'one', ...body, seq: index + 1, at: at(index) }))
}

export function passing(
  body: PassingEvent extends infer P ? (P extends unknown ? Omit<P, 'at'> : never) : never,
): PassingEvent {
  return { turn_id: 'one', ...body, at: at(30) } as PassingEvent
}

export function viewOf(events: readonly StreamEvent[]) {
  const view = createRecordView()
  for (const event of events) view.apply(event)
  return view
}

export function turnOf(events: readonly StreamEvent[], index = 0): Turn {
  const turn = viewOf(events)
    .snapshot()
    .items.filter((item) => item.type === 'turn')[index]
  if (!turn) throw new Error('No such turn')
  return turn
}

export const tool = (block: Item | Block | undefined): ToolBlock => {
  if (block?.type !== 'tool') throw new Error(`Expected a tool block, got ${block?.type}`)
  return block
}

export const prompt = { kind: 'prompt', operator: 'ana', text: 'Find out why' } as const
export const call = (id: string, command: string, parent?: string): EventBody => ({
  kind: 'tool',
  phase: 'call',
  tool_use_id: id,
  name: 'Bash',
  input: { command },
  ...(parent === undefined ? {} : { parent_tool_use_id: parent }),
})
export const output = (id: string, text: string, is_error = false): EventBody => ({
  kind: 'tool',
  phase: 'output',
  tool_use_id: id,
  output: text,
  is_error,
  duration_ms: 200,
})
export const approval = (
  id: string,
  state: 'pending' | 'allowed' | 'denied' | 'expired',
  operator?: string,
): BodyOf<'approval'> => ({
  kind: 'approval',
  approval_id: `a-${id}`,
  tool_use_id: id,
  state,
  ...(operator === undefined ? {} : { operator }),
})
export const text = (message: string, body: string, thinking = false): EventBody => ({
  kind: 'text',
  message_id: message,
  text: body,
  thinking,
})
export const result = (
  outcome: 'success' | 'interrupted' | 'timeout' | 'incomplete' | 'error',
): EventBody => ({
  kind: 'result',
  outcome,
  is_error: outcome !== 'success',
  result: '',
  duration_ms: 41_000,
  num_turns: 2,
  total_cost_usd: 0.19,
  usage: { input_tokens: 10, output_tokens: 5, cache_read_input_tokens: 0, cache_creation_input_tokens: 0 },
})
