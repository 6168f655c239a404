// Tool calls: from call over approval and progress to output, nested under the subagent that made them.

import { readApproval } from './block-approval.ts'
import { addChild, addSeq, type BlockNode, createNode, removeChild, update } from './block-nodes.ts'
import type {
  ApprovalBlock,
  ApprovalFact,
  Item,
  RecordFacts,
  ToolBlock,
  ToolState,
  Turn,
  WaitingFor,
} from './block-types.ts'
import type { BodyOf, Outcome, PassingEvent, RecordedEvent } from './events.ts'
import { oneLine } from './format.ts'
import { changesState, describeCall, isSubagent, isWordOfStop } from './tool-call.ts'

/** How much of a running command's output is kept in the page: the card shows its last lines only. */
const TAIL_CHARACTERS = 16 * 1024

type ToolEvent = RecordedEvent & BodyOf<'tool'>
type ApprovalEvent = RecordedEvent & BodyOf<'approval'>
type Loose = BlockNode<Item>[]

/** The tool blocks of a record; counts what the header tells into `facts`. */
export function createToolBlocks(facts: RecordFacts) {
  const tools = new Map<string, BlockNode<ToolBlock>>()
  const open = new Set<BlockNode<ToolBlock>>()
  const approvals = new Map<string, ApprovalFact>()
  const orphans = new Map<string, BlockNode<ApprovalBlock>>()
  const killed = new Set<string>()
  /** Calls whose output is the CLI's word of a stop. */
  const cut = new Set<BlockNode<ToolBlock>>()
  /** Who gave an answer, by approval: what is allowed for a session names the answer that it goes back to. */
  const operators = new Map<string, string>()
  /** Whether this record tells of every call being passed by the gate; without, a call runs as soon as it is made. */
  let gated = false

  const idOf = (event: { turn_id?: string }, tool: string): string => `${event.turn_id ?? ''} ${tool}`

  /** Where a block of this event belongs: under its subagent's call, else in its turn. */
  function containerOf(
    event: { turn_id?: string; parent_tool_use_id?: string | undefined },
    turn: BlockNode<Turn> | null,
  ): BlockNode | null {
    const parent = event.parent_tool_use_id
    return (parent === undefined ? undefined : tools.get(idOf(event, parent))) ?? turn
  }

  function create(event: ToolEvent, turn: BlockNode<Turn> | null, loose: Loose): BlockNode<ToolBlock> {
    const name = event.name ?? ''
    const input = event.input ?? {}
    const approval = approvals.get(idOf(event, event.tool_use_id)) ?? null
    const orphan = orphans.get(idOf(event, event.tool_use_id))
    if (orphan) removeChild(orphan)
    const node = createNode<ToolBlock>({
      type: 'tool',
      key: `u-${event.turn_id ?? ''}-${event.tool_use_id}`,
      at: event.at,
      seqs: [...(orphan?.parent ? orphan.value.seqs : []), event.seq],
      id: event.tool_use_id,
      name,
      input,
      state: approval ? stateOf(approval) : gated ? 'queued' : 'running',
      since: event.at,
      tail: '',
      tail_lines: 0,
      output: null,
      stopped: null,
      duration_ms: null,
      exit_code: null,
      truncated: false,
      output_bytes: null,
      approval,
      changes: changesState(name, input),
      children: [],
    })
    tools.set(idOf(event, event.tool_use_id), node)
    open.add(node)
    facts.calls += 1
    if (node.value.changes) facts.changes += 1
    else markChange(node)
    const container = containerOf(event, turn)
    if (container) addChild(container, node)
    else loose.push(node)
    return node
  }

  /** What the policy saw the call change counts besides what its text tells. */
  function markChange(node: BlockNode<ToolBlock>): void {
    const { changes, approval } = node.value
    if (changes || !approval?.axis || approval.axis === 'reversible') return
    update(node, { changes: true })
    facts.changes += 1
  }

  function apply(event: ToolEvent, turn: BlockNode<Turn> | null, loose: Loose): void {
    const known = tools.get(idOf(event, event.tool_use_id))
    if (event.phase === 'call') {
      if (known) addSeq(known, event.seq)
      else create(event, turn, loose)
      return
    }
    const node = known ?? create(event, turn, loose)
    if (event.phase === 'progress') return void progress(event, turn)
    const exit = event.exit_code ?? exitCodeIn(event)
    const failed = event.is_error === true
    update(node, {
      state: failed ? failureOf(node, exit, event.output ?? '', turn) : 'succeeded',
      output: event.output ?? '',
      duration_ms: event.duration_ms ?? null,
      exit_code: exit,
      truncated: event.truncated === true,
      output_bytes: event.output_bytes ?? null,
      tail: '',
    })
    if (known) addSeq(node, event.seq)
    open.delete(node)
    if (node.value.state === 'failed') facts.failed += 1
    if (failed && node.value.state !== 'denied' && isWordOfStop(event.output ?? '')) cut.add(node)
    if (turn) tellStopped(turn)
  }

  /** Who stopped a turn can be known before its calls have their outputs, or after. */
  function tellStopped(turn: BlockNode<Turn>): void {
    const { stopped } = turn.value
    if (!stopped) return
    for (const node of cut) {
      if (turnOf(node) !== turn) continue
      const after_ms = Math.max(0, Date.parse(stopped.at) - Date.parse(node.value.since))
      update(node, { stopped: { operator: stopped.operator, after_ms, reason: stopped.reason } })
    }
  }

  function progress(event: PassingEvent | ToolEvent, turn: BlockNode<Turn> | null): boolean {
    if (event.kind !== 'tool') return false
    const node = tools.get(idOf({ turn_id: event.turn_id ?? turn?.value.id ?? '' }, event.tool_use_id))
    if (!node || !open.has(node) || !event.data) return false
    const lines = event.data.split('\n').length - 1
    update(node, {
      tail: (event.tail ? event.data : node.value.tail + event.data).slice(-TAIL_CHARACTERS),
      tail_lines: event.tail ? Math.max(node.value.tail_lines, lines) : node.value.tail_lines + lines,
      ...(node.value.state === 'queued' ? { state: 'running' as const, since: event.at } : {}),
    })
    return true
  }

  function approve(event: ApprovalEvent, turn: BlockNode<Turn> | null, loose: Loose): void {
    gated = true
    const id = idOf(event, event.tool_use_id)
    const earlier = approvals.get(id)
    const approval = readApproval(event, earlier, operators)
    if (approval.operator !== null) operators.set(approval.id, approval.operator)
    approvals.set(id, approval)
    const node = tools.get(id)
    if (node) {
      const state = open.has(node) ? stateOf(approval) : node.value.state
      update(node, { approval, state, ...(state === 'running' ? { since: event.at } : {}) })
      markChange(node)
      addSeq(node, event.seq)
      return
    }
    const orphan = orphans.get(id)
    if (orphan) {
      update(orphan, { approval })
      addSeq(orphan, event.seq)
      return
    }
    const created = createNode<ApprovalBlock>({
      type: 'approval',
      key: `e-${event.seq}`,
      at: event.at,
      seqs: [event.seq],
      approval,
    })
    orphans.set(id, created)
    if (turn) addChild(turn, created)
    else loose.push(created)
  }

  function failureOf(
    node: BlockNode<ToolBlock>,
    exit: number | null,
    output: string,
    turn: BlockNode<Turn> | null,
  ): ToolState {
    const answer = node.value.approval?.state
    if (answer === 'denied' || answer === 'expired') return 'denied'
    if (turn && killed.has(turn.value.id)) return 'killed'
    if (turn?.value.stopped || isWordOfStop(output)) return 'interrupted'
    if (exit === 143 && /timed out/i.test(output.slice(0, 400))) return 'timeout'
    return exit === 137 ? 'killed' : 'failed'
  }

  function endTurn(turn: BlockNode<Turn>, event: RecordedEvent): void {
    const outcome: Outcome = event.kind === 'result' ? event.outcome : 'error'
    for (const node of open) {
      if (turnOf(node) !== turn) continue
      update(node, { state: killed.has(turn.value.id) ? 'killed' : endedState(outcome) })
      open.delete(node)
    }
    for (const [id, approval] of approvals) {
      if (approval.state === 'pending' && approval.turn_id === turn.value.id)
        approvals.set(id, { ...approval, state: 'expired' })
    }
  }

  return {
    apply,
    approve,
    progress,
    endTurn,
    tellStopped,
    containerOf,
    markKilled: (turn: BlockNode<Turn>) => void killed.add(turn.value.id),
    pending: (): ApprovalFact[] => [...approvals.values()].filter((approval) => approval.state === 'pending'),
    /** What is waited for. @param lastSign when the CLI was last heard of */
    waitingFor: (lastSign: string): WaitingFor | null => {
      const nodes = [...open]
      if (nodes.some((node) => node.value.state === 'waiting')) return null
      // A subagent's call waits for a model of its own.
      const node = nodes.findLast(({ value }) => value.state === 'running' && !isSubagent(value.name))
      if (!node) return { what: 'model', since: lastSign }
      const { name, input, since } = node.value
      const { label, what } = describeCall(name, input)
      const timeout = name === 'Bash' && typeof input.timeout === 'number' ? input.timeout : null
      return { what: 'tool', label: oneLine(`${label} ${what}`), since, timeout_ms: timeout }
    },
    /** The call that goes on, in its own words. */
    action: (): string | null => {
      const waiting = [...open].find((node) => node.value.state === 'waiting')
      const node = waiting ?? [...open].findLast((each) => each.value.state === 'running') ?? [...open].at(-1)
      if (!node) return null
      const { label, what } = describeCall(node.value.name, node.value.input)
      return [waiting ? 'Waiting for approval:' : '', label, what].filter(Boolean).join(' ')
    },
  }
}

function stateOf(approval: ApprovalFact): ToolState {
  if (approval.state === 'pending') return 'waiting'
  return approval.state === 'allowed' ? 'running' : 'denied'
}

function endedState(outcome: Outcome): ToolState {
  if (outcome === 'timeout') return 'timeout'
  return outcome === 'incomplete' || outcome === 'error' ? 'killed' : 'interrupted'
}

/** The CLI writes the exit code of a failed command into the first line of its output. */
function exitCodeIn(event: ToolEvent): number | null {
  if (event.is_error !== true) return null
  const found = /^(?:Error: )?Exit code (\d{1,3})\b/.exec(event.output ?? '')
  return found ? Number(found[1]) : null
}

function turnOf(node: BlockNode): BlockNode | null {
  let at: BlockNode | null = node
  while (at !== null && at.value.type !== 'turn') at = at.parent
  return at
}
