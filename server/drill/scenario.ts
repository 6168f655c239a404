// Reads scenario files: the YAML that tells the scripted model what to answer, checked with the place of every mistake.
//
// A scenario NAME is the file NAME.yaml or NAME/scenario.yaml in a directory of scenarios:
//
//   title: A service does not start
//   reason: …                   # drills: the session's reason, 10 to 2000 characters
//   prompt: …                   # drills: the first prompt that is offered
//   pace: { characters: 12, every_ms: 30 }   # for every step without a pace of its own; none: whole blocks at once
//   turns:                      # a prompt plays the first turn that fits: one whose `when` matches it, or one without `when`
//                               # that no earlier prompt has played
//     - when: regular expression, case-insensitive
//       continues: true         # plays on where the turn before was interrupted, instead of steps of its own
//     - steps:                  # one step = one answer; which one is the number of answers since the prompt
//         - say: …              # short for blocks: [{ text: … }]
//         - blocks: [{ thinking: … }, { text: … }, { tool: Bash, input: { command: … } }]
//           expect: regex       # the newest tool output must match, else `surprised` is played instead
//           delay_ms: 200       # before the first byte
//           pace: …
//           error: { status: 529, type: overloaded_error, message: Overloaded, times: 2, retry_after: 1 }
//                               # the first `times` attempts fail, all without it; should_retry: false is sent as a header
//           cut: { after_characters: 40, always: false }   # the socket is destroyed in mid-answer
//           hang: true          # never answers
//           stop_reason: …      # else tool_use where a tool is called, end_turn where none is
//       refused: { say: … }     # played when the last tool call was refused by the gate, not run and failed
//       surprised: { say: … }
//   otherwise: { steps: [ { say: … } ] }     # for prompts that no turn is left for
//   subagents: [ { when: regex, steps: [ … ] } ]
//
// A prompt for which nothing is left is answered with a sentence that says so. After a turn's last step the answer is that
// the script is over. Strings may hold {{cwd}} (the CLI's working directory), {{prompt}} (the whole prompt) and
// {{found:REGEX}} (the first group, or the match, in the newest tool output that has one). Expressions ignore case, and
// ^ and $ are the ends of lines.
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { LineCounter, parseDocument } from 'yaml'
import { z } from 'zod'

const regex = z.string().refine(compiles, { error: 'Expected a regular expression' })
const milliseconds = z.int().min(0).max(600_000)
const pace = z.strictObject({ characters: z.int().min(1), every_ms: milliseconds })

const block = z.union([
  z.strictObject({ text: z.string() }),
  z.strictObject({ thinking: z.string() }),
  z.strictObject({ tool: z.string(), input: z.record(z.string(), z.unknown()) }),
])

const step = z
  .strictObject({
    say: z.string().optional(),
    blocks: z.array(block).min(1).optional(),
    expect: regex.optional(),
    delay_ms: milliseconds.optional(),
    pace: pace.optional(),
    error: z
      .strictObject({
        status: z.int().min(400).max(599),
        type: z.string(),
        message: z.string(),
        times: z.int().min(1).optional(),
        retry_after: z.int().min(0).optional(),
        should_retry: z.boolean().optional(),
      })
      .optional(),
    cut: z.strictObject({ after_characters: z.int().min(0), always: z.boolean().optional() }).optional(),
    hang: z.literal(true).optional(),
    stop_reason: z
      .enum(['end_turn', 'tool_use', 'max_tokens', 'stop_sequence', 'refusal', 'pause_turn'])
      .optional(),
  })
  .refine((s) => s.say === undefined || s.blocks === undefined, {
    error: 'Expected either "say" or "blocks", not both',
  })
  .refine((s) => s.say ?? s.blocks ?? s.hang ?? s.error, {
    error: 'Expected "say", "blocks", "hang" or "error"',
  })

const turn = z
  .strictObject({
    when: regex.optional(),
    continues: z.literal(true).optional(),
    steps: z.array(step).min(1).optional(),
    refused: step.optional(),
    surprised: step.optional(),
  })
  .refine((t) => (t.steps === undefined) !== (t.continues === undefined), {
    error: 'Expected either "steps" or "continues: true"',
  })

const scenario = z.strictObject({
  title: z.string().min(1),
  reason: z.string().min(10).max(2000).optional(),
  prompt: z.string().min(1).optional(),
  pace: pace.optional(),
  turns: z.array(turn).default([]),
  otherwise: turn.optional(),
  subagents: z.array(turn).default([]),
})

export type Pace = z.infer<typeof pace>
export type Block = z.infer<typeof block>
export type Step = z.infer<typeof step>
export type Turn = z.infer<typeof turn>
export type Scenario = z.infer<typeof scenario>

/** A scenario that is missing or wrong; the message names the file, the line, the column and what was expected. */
export class ScenarioError extends Error {
  override readonly name = 'ScenarioError'
}

const SCENARIO_NAME = /^[a-z0-9][a-z0-9-]*$/

/**
 * Reads the scenario `name` from the directory `scenarios`. The file is read again when it has changed.
 * Throws ScenarioError when there is none or it is wrong.
 */
export async function loadScenario(scenarios: string, name: string): Promise<Scenario> {
  if (!SCENARIO_NAME.test(name)) throw new ScenarioError(`Expected a scenario's name, got "${name}"`)
  for (const file of [join(scenarios, name, 'scenario.yaml'), join(scenarios, `${name}.yaml`)]) {
    const found = await stat(file).catch(() => null)
    if (found === null) continue
    const version = `${found.mtimeMs}:${found.size}`
    const known = loaded.get(file)
    if (known?.version === version) return known.scenario
    const parsed = parseScenario(await readFile(file, 'utf8'), file)
    if (loaded.size >= LOADED_SCENARIOS) loaded.clear()
    loaded.set(file, { version, scenario: parsed })
    return parsed
  }
  throw new ScenarioError(
    `No scenario "${name}" in "${scenarios}": add "${name}.yaml" or "${name}/scenario.yaml"`,
  )
}

/** The names of all scenarios in the directory `scenarios`, sorted. */
export async function listScenarios(scenarios: string): Promise<string[]> {
  const entries = await readdir(scenarios, { withFileTypes: true })
  const names = await Promise.all(
    entries.map(async (entry) => {
      if (!entry.isDirectory()) return /^(.+)\.yaml$/.exec(entry.name)?.[1] ?? ''
      const found = await stat(join(scenarios, entry.name, 'scenario.yaml')).catch(() => null)
      return found ? entry.name : ''
    }),
  )
  return names.filter((name) => SCENARIO_NAME.test(name)).sort()
}

/** Scenarios kept parsed; at the cap all are dropped and read again. */
const LOADED_SCENARIOS = 200
const loaded = new Map<string, { version: string; scenario: Scenario }>()

/** Parses the text of a scenario; `file` is named in errors. Throws ScenarioError. */
export function parseScenario(text: string, file: string): Scenario {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines })
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset)
    return `${file}:${line}:${col}`
  }
  const broken = document.errors[0]
  if (broken) throw new ScenarioError(`${at(broken.pos[0])}: ${firstLine(broken.message)}`)
  const parsed = scenario.safeParse(document.toJS())
  if (parsed.success) return parsed.data
  const problems = parsed.error.issues.map((issue) => {
    const { path, message } = deepest(issue, [])
    return `${at(offsetOf(document, path))}: ${path.join('.') || 'scenario'}: ${message}`
  })
  throw new ScenarioError(problems.join('\n'))
}

type Path = (string | number)[]

/** For a union the issue of the variant that got furthest: the one its writer meant. */
function deepest(issue: z.core.$ZodIssue, above: Path): { path: Path; message: string } {
  const path = [...above, ...issue.path.map((key) => (typeof key === 'number' ? key : String(key)))]
  if (issue.code !== 'invalid_union') return { path, message: issue.message }
  const variants = issue.errors
    .map((issues) => issues.map((inner) => deepest(inner, path)))
    .sort((a, b) => a.length - b.length)
  const inside = variants
    .flat()
    .find((inner) => inner.path.length > path.length && !/expected .*received undefined/i.test(inner.message))
  return inside ?? { path, message: 'Expected {text}, {thinking} or {tool, input}' }
}

/** Where the node at `path` begins, or the nearest node above it that exists. */
function offsetOf(document: ReturnType<typeof parseDocument>, path: Path): number {
  for (let depth = path.length; depth >= 0; depth--) {
    const node = depth === 0 ? document.contents : document.getIn(path.slice(0, depth), true)
    if (typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range)) {
      const start: unknown = node.range[0]
      if (typeof start === 'number') return start
    }
  }
  return 0
}

function compiles(source: string): boolean {
  try {
    new RegExp(source, 'iu')
    return true
  } catch {
    return false
  }
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0]?.replace(/ at line \d+, column \d+:?$/, '') ?? text
}
