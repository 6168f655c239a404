import type { Block, Item, ToolBlock } from '../../lib/block-types.ts'
import { describeCall } from '../../lib/tool-call.ts'
import { readEdits } from '../transcript/edit-patch.ts'

export type ChangedFile = { path: string; edits: ToolBlock[] }

/** The files that the agent's file tools have changed, in the order of their first change. */
export function readChangedFiles(items: readonly Item[]): ChangedFile[] {
  const files = new Map<string, ToolBlock[]>()
  const read = (block: Block) => {
    if (block.type !== 'tool') return
    if (block.state === 'succeeded' && readEdits(block.name, block.input) !== null) {
      const path = describeCall(block.name, block.input).what
      files.set(path, [...(files.get(path) ?? []), block])
    }
    block.children.forEach(read)
  }
  for (const item of items) {
    if (item.type === 'turn') item.blocks.forEach(read)
    else read(item)
  }
  return [...files].map(([path, edits]) => ({ path, edits }))
}
