import { expect, test } from 'vitest'
import { chooseAnswer } from './choose-answer.ts'
import type { MessagesRequest } from './conversation.ts'
import { parseScenario } from './scenario.ts'

const scenario = parseScenario(
  `
title: test
turns:
  - steps:
      - blocks: [{ text: look }, { tool: Bash, input: { command: ls, nested: { list: ['{{cwd}}/x'] } } }]
      - blocks: [{ text: change }, { tool: Bash, input: { command: change } }]
        expect: good
      - say: 'done with {{found:good (\\w+)}} and {{found:no such thing}}'
    refused: { say: refused }
    surprised: { say: surprised }
  - when: continue
    continues: true
  - when: echo
    steps: [{ say: '{{prompt}}' }]
otherwise: { steps: [{ say: otherwise }] }
subagents:
  - when: count
    steps: [{ say: counted }]
`,
  'test.yaml',
)

type Message = MessagesRequest['messages'][number]
const prompt = (text: string): Message => ({ role: 'user', content: [{ type: 'text', text }] })
const call: Message = { role: 'assistant', content: [{ type: 'tool_use', id: 't', name: 'Bash', input: {} }] }
const said: Message = { role: 'assistant', content: [{ type: 'text', text: 'x' }] }
const output = (content: string, is_error = false): Message => ({
  role: 'user',
  content: [{ type: 'tool_result', tool_use_id: 't', content, is_error }],
})
const interruption: Message = prompt('[Request interrupted by user for tool use]')

type Play = { subagent?: boolean; tools?: unknown[]; output_config?: object }
const play = (messages: Message[], { subagent = false, tools = [{}], ...more }: Play = {}) => {
  const request = { model: 'm', system: 'Working directory: /w\n', tools, messages, ...more }
  const { blocks } = chooseAnswer(scenario, request, subagent)
  return blocks.map((block) => ('text' in block ? block.text : JSON.stringify(block))).join(' ')
}

test('chooseAnswer() plays the step after as many as were answered, with placeholders filled in', () => {
  expect(play([prompt('go')])).toContain('"nested":{"list":["/w/x"]}')
  expect(play([prompt('go'), call, output('good thing')])).toContain('change')
  expect(play([prompt('go'), call, output('good thing'), call, output('')])).toBe(
    'done with thing and unknown',
  )
  expect(play([prompt('go'), call, output('good'), call, output(''), said, prompt('echo me')])).toBe(
    'echo me',
  )
})

test('chooseAnswer() plays the first turn for the first prompt even when the words of a later turn are in it', () => {
  expect(play([prompt('please continue')])).toContain('look')
})

test('chooseAnswer() plays otherwise when no turn is left', () => {
  expect(play([prompt('go'), said, prompt('what now')])).toBe('otherwise')
})

test('chooseAnswer() stops when a call was refused or its output is not the expected one', () => {
  expect(play([prompt('go'), call, output('An operator refused this', true)])).toBe('refused')
  expect(play([prompt('go'), call, output('Exit code 1\ngood', true)])).toContain('change')
  expect(play([prompt('go'), call, output('bad')])).toBe('surprised')
})

test('chooseAnswer() repeats the interrupted call when the operator says continue', () => {
  const begun = [prompt('go'), call, output('good'), call]
  expect(play([...begun, output('stopped', true), interruption, prompt('continue')])).toContain('change')
  // Killed: the CLI drops the call that has no result.
  expect(play([...begun.slice(0, 3), prompt('continue')])).toContain('change')
  expect(play([...begun, output('fine'), prompt('continue')])).toContain('done')
})

test('chooseAnswer() repeats the call that led to an aside when the operator says continue', () => {
  const refused = [prompt('go'), call, output('good'), call, output('refused', true), said]
  expect(play([...refused, prompt('continue')])).toContain('change')
  expect(play([prompt('go'), call, output('bad'), said, prompt('continue')])).toContain('look')
  expect(play([...refused, prompt('continue'), call, output('')])).toContain('done')
})

test('chooseAnswer() says that the script ends when it is continued after its last step', () => {
  const whole = [prompt('go'), call, output('good'), call, output('ok'), said]
  expect(play([...whole, prompt('continue')])).toBe('The script ends here.')
})

test('chooseAnswer() gives subagents their own turns, and side requests something harmless', () => {
  expect(play([prompt('Count the files')], { subagent: true })).toBe('counted')
  expect(play([prompt('title please')], { tools: [] })).toBe('Drill')
  expect(play([prompt('title please')], { tools: [], output_config: {} })).toBe('{"title": "Drill"}')
  expect(
    play([prompt('go'), said, prompt('Your task is to create a detailed summary of the conversation')]),
  ).toContain('<summary>')
})
