// Decides, from the request and the scenario alone, which step of the script is to be played.
import {
  asksForSummary,
  type Exchange,
  type MessagesRequest,
  readConversation,
  summaryOf,
  workingDirectory,
} from './conversation.ts'
import type { Block, Scenario, Step, Turn } from './scenario.ts'

type Answer = {
  step: Step
  blocks: Block[]
  /** Names the place in the script, the same for every attempt at it. */
  place: string
}

/**
 * The answer to `request`. Contract: never throws; what the script has no answer for is answered with a sentence.
 * @param isSubagent whether a subagent asks, which has a conversation of its own
 */
export function chooseAnswer(scenario: Scenario, request: MessagesRequest, isSubagent: boolean): Answer {
  if (asksForSummary(request)) return plainAnswer(summaryOf(readConversation(request).length - 1))
  if (!request.tools?.length) return plainAnswer(wantsJson(request) ? '{"title": "Drill"}' : 'Drill')
  const exchanges = readConversation(request)
  const exchange = exchanges.at(-1)
  if (!exchange) return plainAnswer('There is no prompt in this conversation.')
  const { turn, position } = isSubagent ? subagentTurn(scenario, exchange) : mainTurn(scenario, exchanges)
  const step = chooseStep(turn, position, exchange)
  const fill = (text: string) => fillIn(text, exchanges, workingDirectory(request))
  return {
    step,
    blocks: blocksOf(step).map((block) => fillBlock(block, fill)),
    place: `${isSubagent ? 'subagent' : 'main'}:${exchanges.length}:${position}`,
  }
}

function plainAnswer(text: string): Answer {
  return { step: { say: text }, blocks: [{ text }], place: 'side' }
}

function wantsJson(request: MessagesRequest): boolean {
  return 'output_format' in request || 'output_config' in request
}

type Position = { turn: Turn; position: number }

function subagentTurn({ subagents }: Scenario, exchange: Exchange): Position {
  const turn = subagents.find(({ when }) => when === undefined || matches(when, exchange.prompt))
  return {
    turn: turn ?? { steps: [{ say: 'The script has no answer for this subagent.' }] },
    position: exchange.answers,
  }
}

/** Follows the conversation prompt by prompt, since turns without `when` are used up. */
function mainTurn(scenario: Scenario, exchanges: readonly Exchange[]): Position {
  const left = new Set(scenario.turns)
  const otherwise = scenario.otherwise ?? { steps: [{ say: 'The script has no answer to this prompt.' }] }
  let now: Position | undefined
  for (const [index, exchange] of exchanges.entries()) {
    const chosen =
      [...left].find(({ when }) => when === undefined || matches(when, exchange.prompt)) ?? otherwise
    if (chosen.when === undefined) left.delete(chosen)
    const before = exchanges[index - 1]
    if (!chosen.continues) now = { turn: chosen, position: exchange.answers }
    else if (now && before) {
      now = { turn: now.turn, position: resumeAt(now, before) + exchange.answers }
    } else now = { turn: otherwise, position: exchange.answers }
  }
  return now ?? { turn: otherwise, position: 0 }
}

/** Where a script goes on: an interrupted call did not run to its end, and one that led to an aside is tried again. */
function resumeAt({ turn, position }: Position, exchange: Exchange): number {
  if (exchange.answers === 0) return position
  const last = position - 1
  if (exchange.interrupted) return last
  const isAside =
    exchange.answers > 1 && exchange.calls === 0 && chooseStep(turn, last, exchange) !== turn.steps?.[last]
  return isAside && turn.steps && last < turn.steps.length ? last - 1 : position
}

function chooseStep(turn: Turn, position: number, exchange: Exchange): Step {
  const isFirst = exchange.answers === 0
  if (turn.refused && !isFirst && exchange.newest.some(isRefusal)) return turn.refused
  const step = turn.steps?.[position]
  if (!step) return { say: 'The script ends here.' }
  const expected = step.expect
  if (expected !== undefined && !isFirst && !exchange.newest.some(({ text }) => matches(expected, text))) {
    return (
      turn.surprised ?? { say: `The script expected an output that matches \`${expected}\`, so I stop here.` }
    )
  }
  return step
}

/** A call that ran and failed says so in these words; any other error means that it was not let through. */
function isRefusal({ text, isError }: Exchange['newest'][number]): boolean {
  return isError && !/^\s*(Exit code \d|<tool_use_error>|\[Request interrupted)/.test(text)
}

/** The blocks of a step as the scenario has them, placeholders and all. */
function blocksOf(step: Step): Block[] {
  return step.blocks ?? (step.say === undefined ? [] : [{ text: step.say }])
}

function fillBlock(block: Block, fill: (text: string) => string): Block {
  if ('text' in block) return { text: fill(block.text) }
  if ('thinking' in block) return { thinking: fill(block.thinking) }
  return {
    tool: block.tool,
    input: Object.fromEntries(
      Object.entries(block.input).map(([key, value]) => [key, fillValue(value, fill)]),
    ),
  }
}

function fillValue(value: unknown, fill: (text: string) => string): unknown {
  if (typeof value === 'string') return fill(value)
  if (Array.isArray(value)) return value.map((item) => fillValue(item, fill))
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fillValue(item, fill)]))
  }
  return value
}

function fillIn(text: string, exchanges: readonly Exchange[], cwd: string | null): string {
  return text.replace(/\{\{(cwd|prompt|found:(.+?))\}\}/g, (_, name: string, pattern: string | undefined) => {
    if (name === 'cwd') return cwd ?? '.'
    if (name === 'prompt') return exchanges.at(-1)?.prompt ?? ''
    return findInOutputs(pattern ?? '', exchanges) ?? 'unknown'
  })
}

function findInOutputs(pattern: string, exchanges: readonly Exchange[]): string | undefined {
  const outputs = exchanges.flatMap((exchange) => exchange.outputs)
  for (const { text } of outputs.toReversed()) {
    const match = regexOf(pattern)?.exec(text)
    if (match) return match[1] ?? match[0]
  }
  return undefined
}

function matches(pattern: string, text: string): boolean {
  return regexOf(pattern)?.test(text) ?? false
}

function regexOf(pattern: string): RegExp | null {
  try {
    return new RegExp(pattern, 'imu')
  } catch {
    return null
  }
}
