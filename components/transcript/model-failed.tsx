import { assertNever } from '../../lib/assert-never.ts'
import type { TurnResult } from '../../lib/block-types.ts'
import type { ModelFailure } from '../../lib/events.ts'
import { makeVisible } from '../../lib/format.ts'

/** A turn that its model has ended: what failed, what to do here, and the CLI's own words beside it. */
export function ModelFailed({ result, failure }: { result: TurnResult; failure: ModelFailure }) {
  const name = result.provider ? `The provider ${makeVisible(result.provider)}` : 'The provider'
  const { failed, mend } = wordsOf(failure)
  return (
    <div className="flex flex-col gap-1 rounded-lg border border-error/50 bg-surface px-3 py-2.5 text-13">
      <p className="text-14 font-medium text-error">
        {name} {failed}
      </p>
      <p className="text-muted">
        {mend} What was done so far is kept, and another provider can go on from here.
      </p>
      {result.text.trim() === '' ? null : (
        <p className="text-12 wrap-anywhere text-faint">The CLI said: {makeVisible(result.text.trim())}</p>
      )}
    </div>
  )
}

function wordsOf(failure: ModelFailure): { failed: string; mend: string } {
  switch (failure) {
    case 'unreachable':
      return {
        failed: 'could not be reached',
        mend: 'Check the network of this host and the base URL, then send the prompt again.',
      }
    case 'overloaded':
      return { failed: 'is overloaded', mend: 'That passes by itself: send the prompt again in a minute.' }
    case 'failing':
      return {
        failed: 'answered with an error of its own',
        mend: 'It is not yours to mend: send the prompt again in a minute.',
      }
    case 'rate_limited':
      return {
        failed: 'takes no more requests for now',
        mend: 'Its limit is reached: wait until it has passed, or raise it there.',
      }
    case 'credentials':
      return {
        failed: 'does not accept the credentials',
        mend: 'On the host set the key in the variable that key_env names (ANTHROPIC_API_KEY without a configuration), or log its claude in, and start the console again.',
      }
    default:
      return assertNever(failure)
  }
}
