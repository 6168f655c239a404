import type { SessionDetail } from '../../lib/api.ts'
import type { RecordFacts } from '../../lib/block-types.ts'
import { formatPlural, makeVisible } from '../../lib/format.ts'
import { Chip } from '../ui/chip.tsx'

/** Says that the CLI is another one than this console was tried with, and how much of it was not understood. */
export function UntriedCli({ detail, facts }: { detail: SessionDetail; facts: RecordFacts }) {
  const version = facts.claude_version ?? detail.claude_version
  const raws = Math.max(facts.raws, detail.raw_count)
  const isTried = version === null || version === detail.tried_version
  if (isTried && raws === 0) return null
  const unknown = `${formatPlural(raws, 'message')} unknown`
  const why = isTried
    ? 'Messages of the CLI that this console does not know are shown raw in the transcript'
    : `This console was tried with claude ${detail.tried_version}: unknown messages appear raw`
  return (
    <span title={why}>
      <Chip severity={isTried ? 'info' : 'warn'}>
        {isTried ? unknown : `claude ${makeVisible(version)}, untried${raws > 0 ? ` · ${unknown}` : ''}`}
        <span className="sr-only">. {why}</span>
      </Chip>
    </span>
  )
}
