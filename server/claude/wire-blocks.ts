// Finished blocks of the wire that the transcript does not have yet: what a question has to be told after.
import { assertNever } from '../../lib/assert-never.ts'
import { asFields, type Fields, fieldsOf, listOf, stringOf } from './messages.ts'
import type { WireBlock } from './wire-message.ts'
import type { WireEvent } from './wire-tee.ts'

/** Messages whose blocks are kept until the transcript has them; beyond, the oldest are forgotten. */
const MESSAGES_KEPT = 64

type WireMessage = { agentId: string | null; blocks: WireBlock[]; told: number }

export type WireBlocks = {
  keep(event: WireEvent): void
  /** The message with a call; null where the wire has not shown it. */
  messageOf(toolUseId: string): string | null
  /**
   * Blocks of a message that were told by neither side; they count as told from now on.
   * @param lastCall up to and with this call; null for all
   */
  takeUntold(messageId: string, lastCall: string | null): WireBlock[]
  /** The transcript has come to a message's record. @returns whether it was told already */
  wasTold(messageId: string, record: Fields): boolean
  clear(): void
}

export function createWireBlocks(): WireBlocks {
  const messages = new Map<string, WireMessage>()
  /** Outlives the blocks: the transcript may have come to a call before its hook asks. */
  const messageOfCall = new Map<string, string>()

  return {
    keep(event) {
      if (event.type === 'start') {
        messages.set(event.messageId, { agentId: event.agentId, blocks: [], told: 0 })
        const [oldest] = messages.keys()
        if (messages.size > MESSAGES_KEPT && oldest !== undefined) messages.delete(oldest)
      }
      if (event.type !== 'block') return
      messages.get(event.messageId)?.blocks.push(event.block)
      if (event.block.type === 'tool_use') messageOfCall.set(event.block.id, event.messageId)
    },
    messageOf: (toolUseId) => messageOfCall.get(toolUseId) ?? null,
    takeUntold(messageId, lastCall) {
      const message = messages.get(messageId)
      if (!message) return []
      const last = message.blocks.findIndex((block) => block.type === 'tool_use' && block.id === lastCall)
      const end = lastCall === null ? message.blocks.length : last + 1
      const untold = message.blocks.slice(message.told, end)
      message.told = Math.max(message.told, end)
      return untold
    },
    wasTold(messageId, record) {
      const message = messages.get(messageId)
      if (!message) return false
      let told = false
      for (const value of listOf(fieldsOf(record, 'message') ?? {}, 'content')) {
        const index = message.blocks.findIndex((block) => isSame(block, asFields(value) ?? {}))
        if (index === -1) continue
        message.blocks.splice(index, 1)
        if (index >= message.told) continue
        message.told--
        told = true
      }
      return told
    },
    clear() {
      messages.clear()
      messageOfCall.clear()
    },
  }
}

function isSame(block: WireBlock, recorded: Fields): boolean {
  if (stringOf(recorded, 'type') !== block.type) return false
  switch (block.type) {
    case 'text':
      return recorded.text === block.text
    case 'thinking':
      return recorded.thinking === block.thinking
    case 'tool_use':
      return recorded.id === block.id
    default:
      return assertNever(block)
  }
}
