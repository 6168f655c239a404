// Answers to the agent's questions, given under the texts that were shown, under its own texts again.
import type { ApprovalAnswer, ApprovalView } from '../../lib/gate-api.ts'

/**
 * @param asked the questions as the agent asked them
 * @param mask how a text is shown
 */
export function rawAnswers(
  answer: ApprovalAnswer,
  asked: Pick<ApprovalView, 'input'> | undefined,
  mask: (text: string) => string,
): ApprovalAnswer {
  if (!answer.answers || !asked) return answer
  const own = new Map(textsIn(asked.input).map((text) => [mask(text), text]))
  const answers = Object.entries(answer.answers).map(([question, chosen]) => [
    own.get(question) ?? question,
    own.get(chosen) ?? chosen,
  ])
  return { ...answer, answers: Object.fromEntries(answers) }
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : []
}
