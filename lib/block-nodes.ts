// The tree under the blocks: changed in place by the reducer, read as immutable values that share what has not changed.
import type { Block, Item, TextBlock, ToolBlock, Turn } from './block-types.ts'

export type NodeValue = Item | Block

/** A block with its place in the tree. `cached` is its last immutable value, null once it or something under it has changed. */
export type BlockNode<V extends NodeValue = NodeValue> = {
  value: V
  parent: BlockNode | null
  children: BlockNode[]
  cached: V | null
}

/** Makes a node of a block; `children` or `blocks` of the value are ignored, the node's own count. */
export function createNode<V extends NodeValue>(value: V): BlockNode<V> {
  return { value, parent: null, children: [], cached: null }
}

/** Puts a child behind its recorded siblings and before text that is still being written, which has no place yet. */
export function addChild(parent: BlockNode, child: BlockNode): void {
  child.parent = parent
  let at = parent.children.length
  if (!isPartial(child)) while (at > 0 && isPartial(parent.children[at - 1])) at -= 1
  parent.children.splice(at, 0, child)
  touch(parent)
}

/** Takes a child out of its parent. */
export function removeChild(child: BlockNode): void {
  const siblings = child.parent?.children
  if (!siblings) return
  const at = siblings.lastIndexOf(child)
  if (at >= 0) siblings.splice(at, 1)
  if (child.parent) touch(child.parent)
}

/** Changes a block's fields and marks everything above it as changed. */
export function update<V extends NodeValue>(node: BlockNode<V>, fields: Partial<V>): void {
  node.value = { ...node.value, ...fields }
  touch(node)
}

/** Adds an event to those that a block stands for. */
export function addSeq(node: BlockNode, seq: number): void {
  node.value = { ...node.value, seqs: [...node.value.seqs, seq] }
  touch(node)
}

/** The immutable value of a node: the same object as long as nothing in it has changed. */
export function freeze<V extends NodeValue>(node: BlockNode<V>): V {
  if (node.cached !== null) return node.cached
  const value: NodeValue = node.value
  let frozen: NodeValue = value
  if (value.type === 'turn') frozen = { ...value, blocks: node.children.map(freezeBlock) } satisfies Turn
  else if (value.type === 'tool')
    frozen = { ...value, children: node.children.map(freezeBlock) } satisfies ToolBlock
  node.cached = frozen as V
  return node.cached
}

function freezeBlock(node: BlockNode): Block {
  const value = freeze(node)
  if (value.type === 'turn') throw new Error('A turn stands inside a turn')
  return value
}

function touch(node: BlockNode): void {
  for (let at: BlockNode | null = node; at !== null; at = at.parent) at.cached = null
}

function isPartial(node: BlockNode | undefined): node is BlockNode<TextBlock> {
  return node?.value.type === 'text' && node.value.partial
}
