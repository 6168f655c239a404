// Reads a fixture's case.yaml: how the real CLI is run for it, and how its spool is fed to the translator.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import { createSpoolLines, type SpoolLine } from '../server/claude/spool-lines.ts'
import { createTranslator, type Translation } from '../server/claude/translate.ts'

const caseSchema = z.strictObject({
  /** One sentence: what the case shows. */
  title: z.string().min(1),
  /** Written by a person; `npm run record` leaves the spool alone and translates it anew. */
  by_hand: z.boolean().default(false),
  /** The scenario is scenario.yaml in the fixture's folder; the prompts are sent one after another's result. */
  prompts: z.array(z.string()).default([]),
  /** Prompts of an earlier process whose output is not recorded; the recorded one resumes its session. */
  before: z.array(z.string()).default([]),
  /** `--resume` of an id that no transcript has. */
  resume_unknown: z.boolean().default(false),
  args: z.array(z.string()).default([]),
  env: z.record(z.string(), z.string()).default({}),
  /** Files written into the workspace beforehand. */
  files: z.record(z.string(), z.string()).default({}),
  /** The `--settings` beside the ask rule. */
  settings: z.record(z.string(), z.unknown()).default({}),
  background_tasks: z.boolean().default(false),
  api_key: z.boolean().default(true),
  /** The answer to every can_use_tool request whose tool's name matches; without a match the call is allowed. */
  deny: z.strictObject({ tool: z.string(), message: z.string() }).optional(),
  /** An interrupt is sent when a line matches this regular expression, once. */
  interrupt_on: z.string().optional(),
  interrupt_after_ms: z.int().default(0),
  /** How many results end the recording, where that is not one a prompt. */
  results: z.int().optional(),
})
export type FixtureCase = z.infer<typeof caseSchema>

/** @throws when case.yaml is missing or wrong, naming the folder */
export async function readCase(folder: string): Promise<FixtureCase> {
  const parsed = caseSchema.safeParse(parse(await readFile(join(folder, 'case.yaml'), 'utf8')))
  if (!parsed.success) throw new Error(`"${folder}/case.yaml" is wrong:\n${z.prettifyError(parsed.error)}`)
  return parsed.data
}

/** What a fixture's expected.ndjson holds, a line each: the translation and the number of its line in the spool. */
export type ExpectedLine = { line: number } & Translation

/** Each line counts as this much later than the one before. */
const LINE_MS = 10

/** Feeds a spool to splitter and translator in chunks of `chunkBytes`, as the recorder would. */
export function translateSpool(spool: Uint8Array, fixture: FixtureCase, chunkBytes: number): ExpectedLine[] {
  const translator = createTranslator({
    resumed: fixture.before.length > 0 || fixture.resume_unknown,
  })
  const translations: ExpectedLine[] = []
  let prompts = Math.max(1, fixture.prompts.length)
  let line = 0
  const beginTurn = () => {
    if (prompts-- > 0) translator.beginTurn()
  }
  const onLine = (spoolLine: SpoolLine) => {
    line++
    const translation = translator.translate(spoolLine, line * LINE_MS)
    if (saysSomething(translation)) translations.push({ line, ...translation })
    if (translation.ended) beginTurn()
  }
  const lines = createSpoolLines({ onLine })
  beginTurn()
  for (let at = 0; at < spool.length; at += chunkBytes) lines.feed(spool.subarray(at, at + chunkBytes))
  lines.end()
  return translations
}

function saysSomething({ events, inTurn: _, ...rest }: Translation): boolean {
  return events.length > 0 || Object.keys(rest).length > 0
}
