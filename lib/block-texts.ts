// Text and thinking: fragments gather under their message and give way to the full text when the record has it.
import { addChild, type BlockNode, createNode, removeChild, update } from './block-nodes.ts'
import type { Item, TextBlock, Turn } from './block-types.ts'
import type { BodyOf, PassingEvent, RecordedEvent } from './events.ts'

type Open = { node: BlockNode<TextBlock>; turn: string; message: string; thinking: boolean; gap: boolean }

/**
 * The text blocks of a record. One CLI message id carries several content blocks, in order, so a full text
 * replaces the oldest open fragment block of its message and kind, and only that.
 */
export function createTextBlocks() {
  let open: Open[] = []
  /** Full texts by turn and message: gives a block the same key live and replayed. */
  const counts = new Map<string, number>()

  function keyOf(turn: string, message: string): string {
    const writing = open.filter((entry) => entry.turn === turn && entry.message === message).length
    return `x-${turn}-${message}-${(counts.get(`${turn} ${message}`) ?? 0) + writing}`
  }

  function fragment(event: PassingEvent & BodyOf<'text'>, container: BlockNode): boolean {
    if (event.text === '') return false
    const turn = event.turn_id ?? ''
    const thinking = event.thinking === true
    const last = open.findLast((entry) => entry.turn === turn && entry.message === event.message_id)
    if (last && last.thinking === thinking) {
      update(last.node, { text: last.node.value.text + (last.gap ? ' … ' : '') + event.text })
      last.gap = false
      return true
    }
    const node = createNode<TextBlock>({
      type: 'text',
      key: keyOf(turn, event.message_id),
      at: event.at,
      seqs: [],
      text: event.text,
      thinking,
      partial: true,
      unfinished: false,
    })
    open.push({ node, turn, message: event.message_id, thinking, gap: false })
    addChild(container, node)
    return true
  }

  function full(
    event: RecordedEvent & BodyOf<'text'>,
    container: BlockNode | null,
    loose: BlockNode<Item>[],
  ): void {
    const turn = event.turn_id ?? ''
    const thinking = event.thinking === true
    // Fragments without a message's beginning before them name none.
    const isOf = (message: string) => message === event.message_id || message === ''
    const partial = open.find(
      (entry) => entry.turn === turn && isOf(entry.message) && entry.thinking === thinking,
    )
    if (partial) {
      open = open.filter((entry) => entry !== partial)
      removeChild(partial.node)
    }
    const node = createNode<TextBlock>({
      type: 'text',
      key: partial?.node.value.key ?? keyOf(turn, event.message_id),
      at: event.at,
      seqs: [event.seq],
      text: event.text,
      thinking,
      partial: false,
      unfinished: false,
    })
    const id = `${turn} ${event.message_id}`
    counts.set(id, (counts.get(id) ?? 0) + 1)
    if (container) addChild(container, node)
    else loose.push(node)
    // Where the record lags behind the wire, fragments of the next block may have come already.
    const written = partial?.node.value.text ?? ''
    if (partial && container && written.length > event.text.length && written.startsWith(event.text)) {
      const { seq: _seq, ...rest } = event
      fragment({ ...rest, partial: true, text: written.slice(event.text.length) }, container)
    }
  }

  function endTurn(turn: BlockNode<Turn>): void {
    for (const entry of open)
      if (entry.turn === turn.value.id) update(entry.node, { partial: false, unfinished: true })
    open = open.filter((entry) => entry.turn !== turn.value.id)
  }

  return {
    fragment,
    full,
    endTurn,
    /** After a replay: fragments may have passed unseen. */
    markGap: () => {
      for (const entry of open) entry.gap = true
    },
    /** What is being written, if anything. */
    action: (): string | null => {
      const last = open.at(-1)
      return last === undefined ? null : last.thinking ? 'Thinking' : 'Writing'
    },
  }
}
