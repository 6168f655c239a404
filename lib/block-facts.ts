// Blocks and facts read off single events, defensively: the extra fields of a control event are free-form.
import type { Offer, RawBlock, RecordFacts, Survivor, Turn } from './block-types.ts'
import type { BodyOf, RecordedEvent } from './events.ts'
import { oneLine } from './format.ts'

export const EMPTY_FACTS: RecordFacts = {
  running: null,
  action: '',
  waiting_for: null,
  pending: [],
  held: false,
  offer: null,
  closed: null,
  last_outcome: null,
  cost_usd: null,
  tokens: 0,
  model: null,
  cwd: null,
  cli_session_id: null,
  claude_version: null,
  tools: 0,
  turns: 0,
  calls: 0,
  failed: 0,
  changes: 0,
  raws: 0,
  masked: 0,
}

/** How a session was closed, from its `control` event. */
export function readClosed(event: RecordedEvent & BodyOf<'control'>): NonNullable<RecordFacts['closed']> {
  const word = (value: unknown) => (typeof value === 'string' && value !== '' ? value : null)
  return {
    operator: event.operator,
    at: event.at,
    outcome: word(event.outcome),
    summary: word(event.summary) ?? event.reason ?? null,
  }
}

/** What a `provider_offered` event offers; null where it does not say enough. */
export function readOffer(event: RecordedEvent & BodyOf<'control'>): Offer | null {
  const { of_turn: turn_id, from, to, reason = '' } = event
  if (typeof turn_id !== 'string' || typeof from !== 'string' || typeof to !== 'string') return null
  return { turn_id, from, to, reason }
}

/** The processes that a stop has left behind; what is none is left out. */
export function readSurvivors(value: unknown): Survivor[] {
  if (!Array.isArray(value)) return []
  return value.flatMap((entry: unknown) => {
    if (typeof entry !== 'object' || entry === null || !('pid' in entry) || typeof entry.pid !== 'number')
      return []
    return [
      {
        pid: entry.pid,
        command: 'command' in entry && typeof entry.command === 'string' ? entry.command : '',
      },
    ]
  })
}

/** A turn of which nothing is known but its id. @param number its place in the session, from 1 */
export function emptyTurn(id: string, at: string, number: number): Turn {
  return {
    type: 'turn',
    key: `t-${id}`,
    id,
    at,
    seqs: [],
    number,
    operator: null,
    prompt: null,
    prompt_at: at,
    state: 'running',
    model: null,
    claude_version: null,
    result: null,
    stopped: null,
    blocks: [],
  }
}

/** An event drawn as it is, as JSON: of a kind nobody knows, or where no turn can take it. */
export function readRaw(event: RecordedEvent): RawBlock {
  const base = { type: 'raw', key: `e-${event.seq}`, at: event.at, seqs: [event.seq] } as const
  if (event.kind === 'raw') {
    const type = /"type"\s*:\s*"([\w.-]{1,40})"/.exec(event.line.slice(0, 500))?.[1]
    const label = type === undefined ? 'Unknown line of the CLI' : `Unknown message “${type}” of the CLI`
    return { ...base, label, json: event.line, truncated: event.truncated === true }
  }
  return {
    ...base,
    label: oneLine(`Event “${event.kind}”`, 60),
    json: JSON.stringify(event, null, 2),
    truncated: false,
  }
}
