// Verbs: the events of a run gather in one block, which stands where the run was asked for.
import { addSeq, type BlockNode, createNode, update } from './block-nodes.ts'
import type { Item, VerbBlock, VerbOutput } from './block-types.ts'
import type { BodyOf, PassingEvent, RecordedEvent } from './events.ts'

/** How much of a running command's output is kept in the page. */
const TAIL_CHARACTERS = 16 * 1024

type VerbEvent = RecordedEvent & BodyOf<'verb'>

/** The verb blocks of a record. They belong to no turn: an operator runs them beside the agent. */
export function createVerbBlocks() {
  const verbs = new Map<string, BlockNode<VerbBlock>>()

  function apply(event: VerbEvent, items: BlockNode<Item>[]): void {
    const known = verbs.get(event.run_id)
    const node = known ?? createNode(emptyVerb(event))
    if (known) addSeq(node, event.seq)
    else {
      verbs.set(event.run_id, node)
      items.push(node)
    }
    update(node, { ...changed(node.value, event), tail: '', tail_lines: 0 })
  }

  function progress(event: PassingEvent & BodyOf<'verb'>): boolean {
    const node = verbs.get(event.run_id)
    if (!node || !event.data || !isVerbOpen(node.value)) return false
    const lines = event.data.split('\n').length - 1
    update(node, {
      tail: (event.tail ? event.data : node.value.tail + event.data).slice(-TAIL_CHARACTERS),
      tail_lines: event.tail ? Math.max(node.value.tail_lines, lines) : node.value.tail_lines + lines,
    })
    return true
  }

  return { apply, progress }
}

/** Whether a verb runs, looks, or waits for its confirmation. */
export function isVerbOpen({ state }: VerbBlock): boolean {
  return state === 'running' || state === 'looking' || state === 'awaiting'
}

function changed(verb: VerbBlock, event: VerbEvent): Partial<VerbBlock> {
  const asked = {
    ...(event.confirm === undefined ? {} : { confirm: event.confirm }),
    ...(event.intends === undefined ? {} : { argv: event.intends }),
  }
  switch (event.phase) {
    case 'evidence':
      return { ...asked, state: 'looking', since: event.at, evidence_argv: event.argv ?? [] }
    case 'awaiting':
      return { ...asked, state: 'awaiting', ...(verb.evidence_argv ? { evidence: readOutput(event) } : {}) }
    case 'started':
      return {
        ...{ state: 'running', since: event.at, argv: event.argv ?? verb.argv },
        confirmed_by: verb.confirm === null ? null : event.operator,
      }
    case 'ended':
      return ended(verb, event)
    default:
      return {} // progress is never recorded; a phase that only a newer server knows changes nothing
  }
}

function ended(verb: VerbBlock, event: VerbEvent): Partial<VerbBlock> {
  const result = readOutput(event)
  const looked = verb.state === 'looking' && event.output !== undefined
  return {
    state: event.outcome ?? 'failed',
    ...(looked ? { evidence: result, result: { ...result, output: '', exit_code: null } } : { result }),
    ended_by: event.operator,
    survivors: event.survivors ?? [],
  }
}

function readOutput(event: VerbEvent): VerbOutput {
  return {
    output: event.output ?? '',
    exit_code: event.exit_code ?? null,
    duration_ms: event.duration_ms ?? null,
    truncated: event.truncated === true,
    output_id: event.output_id ?? null,
    output_bytes: event.output_bytes ?? null,
    dropped_bytes: event.dropped_bytes ?? 0,
    reason: event.reason ?? null,
  }
}

function emptyVerb(event: VerbEvent): VerbBlock {
  return {
    type: 'verb',
    key: `v-${event.run_id}`,
    at: event.at,
    seqs: [event.seq],
    id: event.run_id,
    name: event.name,
    title: event.title ?? event.name,
    operator: event.operator,
    confirmed_by: null,
    host: event.host ?? null,
    argv: [],
    evidence_argv: null,
    evidence: null,
    confirm: null,
    changes: event.axis !== undefined && event.axis !== 'reversible',
    irreversible: event.axis === 'irreversible',
    state: 'running',
    timeout_seconds: event.timeout_seconds ?? null,
    since: event.at,
    tail: '',
    tail_lines: 0,
    result: null,
    ended_by: null,
    survivors: [],
  }
}
