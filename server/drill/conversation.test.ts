import { expect, test } from 'vitest'
import { type MessagesRequest, readConversation, summaryOf, workingDirectory } from './conversation.ts'

const ask = (...messages: MessagesRequest['messages']): MessagesRequest => ({
  model: 'm',
  tools: [{}],
  messages,
})
const user = (...content: ({ type: string } & Record<string, unknown>)[]) => ({ role: 'user', content })
const answer = (text: string) => ({ role: 'assistant', content: [{ type: 'text', text }] })
const text = (value: string) => ({ type: 'text', text: value })
const result = (content: string, is_error = false) => ({
  type: 'tool_result',
  tool_use_id: 't',
  content,
  is_error,
})
const reminder = text('<system-reminder>\ntoday\n</system-reminder>\n')

test('readConversation() finds the prompt when reminders and system messages surround it', () => {
  const [only, ...more] = readConversation(
    ask(user(reminder, text('mend it\n')), { role: 'system', content: 'agents: …' }),
  )
  expect(only).toMatchObject({ prompt: 'mend it', answers: 0, outputs: [] })
  expect(more).toEqual([])
})

test('readConversation() counts answers when one answer comes in several messages', () => {
  const exchanges = readConversation(
    ask(user(text('go')), answer('a'), answer('b'), user(result('out'), reminder), answer('c')),
  )
  expect(exchanges).toMatchObject([{ prompt: 'go', answers: 2, outputs: [{ text: 'out', isError: false }] }])
})

test('readConversation() keeps the outputs of the newest calls apart', () => {
  const [exchange] = readConversation(
    ask(user(text('go')), answer('a'), user(result('1')), answer('b'), user(result('2'), result('3', true))),
  )
  expect(exchange?.newest.map((output) => output.text)).toEqual(['2', '3'])
  expect(exchange?.outputs).toHaveLength(3)
})

test('readConversation() begins a new exchange when an interruption and a prompt share a message', () => {
  const exchanges = readConversation(
    ask(
      user(text('first')),
      answer('a'),
      user(result('stopped', true), text('[Request interrupted by user for tool use]'), text('second')),
    ),
  )
  expect(exchanges).toMatchObject([
    { prompt: 'first', answers: 1, interrupted: true },
    { prompt: 'second', answers: 0, interrupted: false },
  ])
})

test('readConversation() passes over what the CLI says itself when it resumes or compacts', () => {
  const exchanges = readConversation(
    ask(
      user(text('This session is being continued from a previous conversation that ran out of context.')),
      user(text('first')),
      user(text('Continue from where you left off.')),
      answer('No response requested.'),
      user(text('<command-name>/compact</command-name>')),
      user(text('second')),
    ),
  )
  expect(exchanges.map(({ prompt, answers }) => [prompt, answers])).toEqual([
    ['first', 0],
    ['second', 0],
  ])
})

test('readConversation() keeps the place in the script when the conversation was compacted', () => {
  const compacted = `This session is being continued from a previous conversation. ${summaryOf(2)}`
  const exchanges = readConversation(ask(user(text(compacted)), user(text('third'))))
  expect(exchanges.map(({ prompt }) => prompt)).toEqual(['', '', 'third'])
})

test('workingDirectory() reads either form of the environment block, or the output of pwd', () => {
  const request = ask(user(text('go')))
  expect(
    workingDirectory({ ...request, system: 'x\n - Primary working directory: /a b/c\n - Platform' }),
  ).toBe('/a b/c')
  expect(workingDirectory({ ...request, system: [text('<env>\nWorking directory: /d\nIs')] })).toBe('/d')
  expect(workingDirectory(ask(user(text('go')), answer('a'), user(result('/e/f\ntotal 0'))))).toBe('/e/f')
  expect(workingDirectory(request)).toBeNull()
})
