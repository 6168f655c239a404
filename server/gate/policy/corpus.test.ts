// The built-in policy against what operators expect of it. Disagreements are recorded, printed, and may not change silently.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { createPolicyEngine } from './engine.ts'
import { policySchema } from './policy-file.ts'

const corpus = z
  .strictObject({
    context: z.strictObject({
      workspace: z.string(),
      cwd: z.string(),
      home: z.string(),
      temporary: z.string(),
      data_directory: z.string(),
    }),
    cases: z.array(z.strictObject({ group: z.string(), expect: z.string(), commands: z.array(z.string()) })),
    tools: z.array(
      z.strictObject({ tool: z.string(), input: z.record(z.string(), z.unknown()), expect: z.string() }),
    ),
    misses: z.array(
      z.strictObject({ command: z.string(), expected: z.string(), judged: z.string(), why: z.string() }),
    ),
  })
  .parse(parse(readFileSync(join(import.meta.dirname, 'corpus.yaml'), 'utf8')))

const context = {
  workspace: corpus.context.workspace,
  cwd: corpus.context.cwd,
  home: corpus.context.home,
  ownFolders: [corpus.context.temporary],
  dataDirectory: corpus.context.data_directory,
}
const engine = createPolicyEngine(policySchema.parse({}))

const questions = [
  ...corpus.cases.flatMap(({ expect: expected, commands }) =>
    commands.map((command) => ({ name: command, tool_name: 'Bash', input: { command } as object, expected })),
  ),
  ...corpus.tools.map(({ tool, input, expect: expected }) => ({
    name: `${tool} ${JSON.stringify(input)}`,
    tool_name: tool,
    input: input as object,
    expected,
  })),
]

test('judge() says of every command in the corpus what operators expect, apart from the recorded misses', () => {
  const misses = questions.flatMap(({ name, tool_name, input, expected }) => {
    const { verdict, axis, rule, reason } = engine.judge(
      { tool_name, input: input as Record<string, unknown> },
      context,
    )
    const judged = `${verdict} ${axis}`
    return judged === expected ? [] : [{ command: name, expected, judged, rule, reason }]
  })
  console.log(
    `Policy corpus: ${questions.length} calls, ${misses.length} misses${misses.map((miss) => `\n  ${miss.judged} by ${miss.rule} instead of ${miss.expected}: ${miss.command}`).join('')}`,
  )
  expect(misses.map(({ command, expected, judged }) => ({ command, expected, judged }))).toEqual(
    corpus.misses.map(({ command, expected, judged }) => ({ command, expected, judged })),
  )
})

test('the corpus holds at least 350 commands, each once', () => {
  const commands = corpus.cases.flatMap((each) => each.commands)
  expect(commands.length).toBeGreaterThanOrEqual(350)
  expect(new Set(commands).size).toBe(commands.length)
})
