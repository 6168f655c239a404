import { expect, test } from 'vitest'
import { joinAnswers, readAnswers, readPlan, readQuestions } from './agent-questions.ts'

test('readQuestions() reads questions with their options', () => {
  const questions = [
    {
      question: 'Which host first?',
      header: 'Host',
      multiSelect: true,
      options: [{ label: 'edge-1', description: 'Takes most of the load' }, { label: 'edge-2' }],
    },
  ]
  expect(readQuestions({ questions })).toEqual([
    {
      question: 'Which host first?',
      header: 'Host',
      several: true,
      options: [
        { label: 'edge-1', description: 'Takes most of the load' },
        { label: 'edge-2', description: '' },
      ],
    },
  ])
})

test('readQuestions() leaves out what is no question and what is asked twice', () => {
  const asked = { question: 'Now?', options: ['yes', null, { label: 'Yes' }, { label: 'Yes' }, { label: 7 }] }
  expect(readQuestions({ questions: [asked, asked, null, 'Now?', {}] })).toEqual([
    { question: 'Now?', header: '', several: false, options: [{ label: 'Yes', description: '' }] },
  ])
  for (const questions of [undefined, null, 'x', {}]) expect(readQuestions({ questions })).toEqual([])
})

test('readQuestions() keeps the words of a question as they are: its answer is sent under them', () => {
  expect(readQuestions({ questions: [{ question: ' Now? ' }] })).toMatchObject([{ question: ' Now? ' }])
})

test('readAnswers() keeps what is text', () => {
  expect(readAnswers({ answers: { 'Now?': 'Yes', 'Why?': 3 } })).toEqual({ 'Now?': 'Yes' })
  expect(readAnswers({ answers: ['Yes'] })).toEqual({})
})

test('readPlan() is empty where there is no plan', () => {
  expect(readPlan({ plan: ' # Plan\n' })).toBe('# Plan')
  expect(readPlan({ plan: 7 })).toBe('')
})

test('joinAnswers() puts several answers into one', () => {
  expect(joinAnswers(['edge-1', 'edge-2'])).toBe('edge-1, edge-2')
})
