'use client'
import type { SessionDetail } from '../../lib/api.ts'
import type { ProvidersView } from '../../lib/choice-api.ts'
import { makeVisible, oneLine } from '../../lib/format.ts'
import { Button } from '../ui/button.tsx'
import { SeverityIcon } from '../ui/severity.tsx'

/** Model, provider and driver in the header: how the provider stands, and the way to change them. */
export function AgentFact({
  detail,
  model,
  ladder,
  onChange,
}: {
  detail: SessionDetail
  model: string | null
  ladder: ProvidersView | null
  /** Null for who may not. */
  onChange: (() => void) | null
}) {
  const provider = ladder?.providers.find(({ name }) => name === detail.provider)
  const isWell = !provider || provider.state === 'answers'
  const words = (
    <>
      {model ? `${shortModel(model)} · ` : ''}
      {isWell ? (
        makeVisible(detail.provider)
      ) : (
        <span
          title={makeVisible(`${provider.name} ${provider.detail}`)}
          className="inline-flex items-center gap-1.5 text-warn"
        >
          <SeverityIcon severity="warn" className="size-3" />
          {makeVisible(provider.name)} {STATE[provider.state]}
        </span>
      )}
      {` · ${detail.driver}`}
    </>
  )
  if (!onChange) return words
  return (
    <Button
      variant="quiet"
      size="sm"
      onClick={onChange}
      className="tabular -mx-2 gap-0 font-normal whitespace-pre"
      aria-haspopup="dialog"
    >
      {words}
      <span className="sr-only">, change how the agent runs</span>
    </Button>
  )
}

const STATE = {
  answers: '',
  fails: 'fails',
  silent: 'does not answer',
  no_credentials: 'has no credentials',
} as const

/** `claude-opus-4-1-20250805` is long for a header: without vendor and date. */
function shortModel(model: string): string {
  return oneLine(model.replace(/^claude-/, '').replace(/-\d{8}$/, ''), 28)
}
