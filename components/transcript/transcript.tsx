import { memo } from 'react'
import type { Item } from '../../lib/block-types.ts'
import { BlockView } from './block.tsx'
import { TurnView } from './turn.tsx'

/** A record, drawn: live or long closed. */
export const Transcript = memo(function Transcript({ items }: { items: readonly Item[] }) {
  return items.map((item) =>
    item.type === 'turn' ? (
      <TurnView key={item.key} turn={item} />
    ) : (
      <BlockView key={item.key} block={item} />
    ),
  )
})
