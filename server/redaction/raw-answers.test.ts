import { describe, expect, it } from 'vitest'
import { rawAnswers } from './raw-answers.ts'
import { createRedaction } from './redact.ts'

describe('rawAnswers', () => {
  it('gives the agent the texts of its own question back', () => {
    const redaction = createRedaction([])
    const question = 'Which of DB_PASS=tr0ub4dor and DB_PASS=staple99 is right?'
    const input = {
      questions: [{ question, options: [{ label: 'DB_PASS=tr0ub4dor' }, { label: 'Neither' }] }],
    }
    const mask = (text: string) => redaction.text(text).value
    const answer = { decision: 'allow' as const, scope: 'once' as const, override: false }
    const given = { ...answer, answers: { [mask(question)]: mask('DB_PASS=tr0ub4dor') } }
    expect(rawAnswers(given, { input }, mask).answers).toEqual({ [question]: 'DB_PASS=tr0ub4dor' })
    expect(rawAnswers({ ...answer, answers: { Other: 'free text' } }, { input }, mask).answers).toEqual({
      Other: 'free text',
    })
    expect(rawAnswers(answer, { input }, mask)).toBe(answer)
  })
})
