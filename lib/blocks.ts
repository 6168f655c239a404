// Record → what the page draws: a reducer of events into turns and blocks, with snapshots that share what stayed the same.

import { EMPTY_FACTS, emptyTurn, readClosed, readOffer, readRaw, readSurvivors } from './block-facts.ts'
import { addChild, addSeq, type BlockNode, createNode, freeze, update } from './block-nodes.ts'
import { createTextBlocks } from './block-texts.ts'
import { createToolBlocks } from './block-tools.ts'
import type { Block, Item, RecordFacts, RecordSnapshot, Turn } from './block-types.ts'
import { createVerbBlocks } from './block-verbs.ts'
import type { BodyOf, PassingEvent, RecordedEvent, StreamEvent } from './events.ts'
import { oneLine } from './format.ts'

export type RecordView = {
  /**
   * Takes one event in. Events that are known already (by `seq`) are ignored; one that comes late is put in its
   * place. Contract: must not throw, whatever an event says.
   * @returns whether anything has changed
   */
  apply(event: StreamEvent): boolean
  /** What is known now; the same object until something changes, and the same blocks inside it where they did not. */
  snapshot(): RecordSnapshot
  /** The record itself, in order of `seq`. */
  events(): readonly RecordedEvent[]
}

/** Makes an empty view of one session's record. */
export function createRecordView(): RecordView {
  const record: RecordedEvent[] = []
  const known = new Set<number>()
  let caughtUp = false
  let state = createState()
  let cached: RecordSnapshot | null = null

  function applyRecorded(event: RecordedEvent): boolean {
    if (known.has(event.seq)) return false
    known.add(event.seq)
    const last = record.at(-1)
    record.push(event)
    if (last === undefined || last.seq < event.seq) {
      state.applyRecorded(event)
      return true
    }
    record.sort((a, b) => a.seq - b.seq)
    state = createState()
    for (const earlier of record) state.applyRecorded(earlier)
    return true
  }

  return {
    apply(event) {
      let changed: boolean
      if (event.kind === 'caught-up') {
        changed = !caughtUp
        caughtUp = true
        state.markGap()
      } else if (event.seq === undefined) changed = state.applyPassing(event)
      else changed = applyRecorded(event)
      if (changed) cached = null
      return changed
    },
    snapshot() {
      cached ??= { ...state.snapshot(), head_seq: record.at(-1)?.seq ?? 0, caught_up: caughtUp }
      return cached
    },
    events: () => record.slice(),
  }
}

function createState() {
  const items: BlockNode<Item>[] = []
  const turns = new Map<string, BlockNode<Turn>>()
  const facts: RecordFacts = { ...EMPTY_FACTS }
  const texts = createTextBlocks()
  const tools = createToolBlocks(facts)
  const verbs = createVerbBlocks()
  let running: BlockNode<Turn> | null = null
  let lastSign = ''

  /** The turn of an event; begun by its first event, which is the prompt unless nobody asked for it. */
  function turnOf(event: { turn_id?: string; at: string }): BlockNode<Turn> | null {
    if (event.turn_id === undefined) return null
    const found = turns.get(event.turn_id)
    if (found) return found
    const turn = createNode(emptyTurn(event.turn_id, event.at, turns.size + 1))
    turns.set(event.turn_id, turn)
    items.push(turn)
    running = turn
    facts.turns += 1
    facts.held = false
    facts.offer = null
    return turn
  }

  function add(turn: BlockNode<Turn> | null, block: Block): void {
    const node = createNode(block)
    if (turn) addChild(turn, node)
    else items.push(node)
  }

  function endTurn(turn: BlockNode<Turn>, event: RecordedEvent): void {
    texts.endTurn(turn)
    tools.endTurn(turn, event)
    update(turn, { state: 'ended' })
    if (running === turn) running = null
  }

  function applyRecorded(event: RecordedEvent): void {
    const turn = turnOf(event)
    facts.masked += event.masked ?? 0
    // What the console itself says, and what an operator runs beside it, is no sign of the CLI.
    if (event.kind !== 'verb' && !(event.kind === 'control' && event.action === 'stalled'))
      lastSign = event.at
    const placed = { key: `e-${event.seq}`, at: event.at, seqs: [event.seq] }
    switch (event.kind) {
      case 'prompt':
        applyPrompt(event, turn)
        return
      case 'session':
        applySession(event, turn)
        return
      case 'text':
        texts.full(event, tools.containerOf(event, turn), items)
        return
      case 'tool':
        tools.apply(event, turn, items)
        return
      case 'approval':
        tools.approve(event, turn, items)
        return
      case 'result':
        if (turn) endWithResult(turn, event)
        else add(turn, readRaw(event))
        return
      case 'error':
        add(turn, { ...placed, type: 'error', error: event.error, code: event.code, fatal: event.fatal })
        if (turn && event.fatal) {
          facts.last_outcome = 'error'
          endTurn(turn, event)
        }
        return
      case 'note':
        add(turn, { ...placed, type: 'note', operator: event.operator, text: event.text })
        return
      case 'control':
        applyControl(event, turn)
        return
      case 'verb':
        verbs.apply(event, items)
        return
      case 'raw':
        facts.raws += 1
        add(turn, readRaw(event))
        return
      default:
        // A kind that only a newer server knows is drawn as it is, never lost: so no assertNever.
        add(turn, readRaw(event))
    }
  }

  function applyPrompt(event: RecordedEvent & BodyOf<'prompt'>, turn: BlockNode<Turn> | null): void {
    if (!turn || turn.value.prompt !== null) {
      add(turn, {
        key: `e-${event.seq}`,
        at: event.at,
        seqs: [event.seq],
        type: 'note',
        operator: event.operator,
        text: event.text,
      })
      return
    }
    update(turn, { operator: event.operator, prompt: event.text, prompt_at: event.at })
    addSeq(turn, event.seq)
  }

  function applySession(event: RecordedEvent & BodyOf<'session'>, turn: BlockNode<Turn> | null): void {
    facts.model = event.model
    facts.cwd = event.cwd
    facts.cli_session_id = event.session_id
    facts.claude_version = event.claude_version
    facts.tools = event.tools.length
    if (!turn) {
      add(turn, readRaw(event))
      return
    }
    update(turn, { model: event.model, claude_version: event.claude_version })
    addSeq(turn, event.seq)
  }

  function endWithResult(turn: BlockNode<Turn>, event: RecordedEvent & BodyOf<'result'>): void {
    endTurn(turn, event)
    update(turn, {
      result: {
        seq: event.seq,
        at: event.at,
        outcome: event.outcome,
        text: event.result,
        duration_ms: event.duration_ms,
        cost_usd: event.total_cost_usd,
        usage: event.usage,
        num_turns: event.num_turns,
        exit_code: event.exit_code ?? null,
        stderr: event.stderr ?? null,
        model_failure: event.model_failure ?? null,
        provider: event.provider ?? null,
      },
    })
    addSeq(turn, event.seq)
    facts.last_outcome = event.outcome
    if (event.outcome === 'success') facts.offer = null
    if (event.total_cost_usd !== null) facts.cost_usd = (facts.cost_usd ?? 0) + event.total_cost_usd
    if (event.usage) facts.tokens += event.usage.input_tokens + event.usage.output_tokens
  }

  function applyControl(event: RecordedEvent & BodyOf<'control'>, turn: BlockNode<Turn> | null): void {
    const { kind: _kind, action, operator, reason, seq, at, turn_id: _turn, ...fields } = event
    if (action === 'cost' && addCost(fields, seq)) return
    add(turn, {
      type: 'control',
      key: `e-${seq}`,
      at,
      seqs: [seq],
      action,
      operator,
      reason: reason ?? null,
      fields,
    })
    if (action === 'provider_offered') facts.offer = readOffer(event)
    if (action === 'provider_changed') facts.offer = null
    if (action === 'closed') facts.closed = readClosed(event)
    if (action === 'held' || action === 'queue_held') facts.held = true
    if (action !== 'stopped' && action !== 'stop_requested' && action !== 'killed') return
    const stopping = turn ?? running
    if (!stopping) return
    const earlier = stopping.value.stopped
    const survivors = readSurvivors(fields.survivors)
    // The request names the person; what follows may be the console's own.
    const by = earlier && action !== 'killed' ? earlier.operator : operator
    update(stopping, {
      stopped: { operator: by, at: earlier?.at ?? at, reason: reason ?? earlier?.reason ?? null, survivors },
    })
    tools.tellStopped(stopping)
    if (action === 'killed') tools.markKilled(stopping)
  }

  /** A piece of what a turn has cost, where its driver learned that after the end. @returns false where there is no such turn */
  function addCost({ of_turn, usd }: Record<string, unknown>, seq: number): boolean {
    const turn = turns.get(String(of_turn))
    if (!turn?.value.result || typeof usd !== 'number') return false
    const { result } = turn.value
    update(turn, { result: { ...result, cost_usd: (result.cost_usd ?? 0) + usd } })
    addSeq(turn, seq)
    facts.cost_usd = (facts.cost_usd ?? 0) + usd
    return true
  }

  function applyPassing(event: PassingEvent): boolean {
    if (event.kind === 'verb') return verbs.progress(event)
    const turn = event.turn_id === undefined ? running : turns.get(event.turn_id)
    if (!turn || turn.value.state === 'ended') return false
    lastSign = event.at
    // The model speaks again.
    if (event.kind === 'text') facts.offer = null
    return event.kind === 'tool'
      ? tools.progress(event, turn)
      : texts.fragment(event, tools.containerOf(event, turn) ?? turn)
  }

  function snapshot(): { items: Item[]; facts: RecordFacts } {
    const now = running?.value
    return {
      items: items.map(freeze),
      facts: {
        ...facts,
        running: now
          ? { turn_id: now.id, started_at: now.prompt_at, last_sign_at: lastSign || now.at }
          : null,
        pending: tools.pending(),
        waiting_for: now ? tools.waitingFor(lastSign || now.at) : null,
        action: now
          ? oneLine(fromWorkspace(tools.action() ?? texts.action() ?? 'Waiting for the model'))
          : '',
      },
    }
  }

  /** Paths of the session's own files are short. */
  function fromWorkspace(action: string): string {
    return facts.cwd === null ? action : action.replaceAll(`${facts.cwd}/`, '')
  }

  return { applyRecorded, applyPassing, snapshot, markGap: texts.markGap }
}
