// Questions of a TUI's hooks that wait for an answer.
import type { Decision } from '../drivers/driver.ts'
import { type Fields, fieldsOf, stringOf } from './messages.ts'

/** @param onWithdrawn called when the CLI no longer waits for the answer to a request */
export function createTuiQuestions(onWithdrawn: (requestId: string) => void) {
  const waiting = new Map<string, (decision: Decision) => void>()
  return {
    /** Resolves with the answer, or never. */
    ask(requestId: string, gone: AbortSignal): Promise<Decision> {
      gone.addEventListener('abort', () => waiting.delete(requestId) && onWithdrawn(requestId))
      return new Promise((resolve) => waiting.set(requestId, resolve))
    },
    /** @param response as it is sent on the control channel of `claude -p` */
    answer(response: Fields) {
      const requestId = stringOf(response, 'request_id') ?? ''
      waiting.get(requestId)?.(decisionOf(fieldsOf(response, 'response') ?? {}))
      waiting.delete(requestId)
    },
    clear: () => waiting.clear(),
    get count() {
      return waiting.size
    },
  }
}

function decisionOf(decision: Fields): Decision {
  if (stringOf(decision, 'behavior') !== 'allow')
    return { behavior: 'deny', message: stringOf(decision, 'message') ?? 'The console refuses this call' }
  const answers = fieldsOf(fieldsOf(decision, 'updatedInput') ?? {}, 'answers')
  if (!answers) return { behavior: 'allow' }
  return {
    behavior: 'allow',
    answers: Object.fromEntries(Object.entries(answers).map(([asked, said]) => [asked, String(said)])),
  }
}
