// The verbs and presets of this console: the configuration's, those that come with it, and what this host lacks for them.
import { accessSync, constants, existsSync, readFileSync } from 'node:fs'
import { delimiter, isAbsolute, join } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import type { Role } from '../../lib/api.ts'
import type { PresetView, Runbooks, VerbView } from '../../lib/verbs-api.ts'
import { blanksOf, type Preset, presetsSchema, type Verb, verbsSchema } from './runbooks-config.ts'

export type RunbookConfig = {
  runbooks?: 'starter' | 'none' | undefined
  verbs?: Verb[] | undefined
  presets?: Preset[] | undefined
}

export type RunbookList = {
  verb(name: string): Verb | null
  /** What a role sees: all of it, with what it may run. */
  list(role: Role): Runbooks
  /** What this host lacks for a verb, in words, or null. */
  missingFor(verb: Verb): string | null
}

const starterSchema = z.strictObject({ verbs: verbsSchema, presets: presetsSchema })

/**
 * The configuration's own, and the starter's where it names none or asks for them; an own one replaces a starter's of the same name.
 *
 * @param root of the project
 * @param path the PATH that verbs run with
 */
export function createRunbooks(root: string, config: RunbookConfig, path: string): RunbookList {
  const { verbs: ownVerbs = [], presets: ownPresets = [] } = config
  const withStarter =
    config.runbooks === 'starter' ||
    (config.runbooks === undefined && ownVerbs.length + ownPresets.length === 0)
  const starter = withStarter ? readStarter(root) : { verbs: [], presets: [] }
  const verbs = merge(ownVerbs, starter.verbs)
  const presets = merge(ownPresets, starter.presets)
  const missingFor = (verb: Verb) => missing(verb, path)
  return {
    verb: (name) => verbs.find((each) => each.name === name) ?? null,
    list: (role) => ({
      may_prompt: role !== 'viewer',
      verbs: verbs.map((verb) => viewVerb(verb, role, missingFor(verb))),
      presets: presets.map(viewPreset),
    }),
    missingFor,
  }
}

function readStarter(root: string): z.infer<typeof starterSchema> {
  return starterSchema.parse(parse(readFileSync(join(root, 'server', 'verbs', 'starter.yaml'), 'utf8')))
}

function merge<T extends { name: string }>(own: readonly T[], starter: readonly T[]): T[] {
  const names = new Set(own.map((each) => each.name))
  return [...own, ...starter.filter((each) => !names.has(each.name))]
}

function viewVerb(verb: Verb, role: Role, lacks: string | null): VerbView {
  const { name, title, group, argv, axis, timeout_seconds } = verb
  return {
    ...{ name, title, group, argv, axis, timeout_seconds, role: verb.role },
    evidence: verb.evidence ?? null,
    description: verb.description ?? null,
    host: verb.host ?? null,
    confirm: asks(verb),
    blanks: blanksOf([...argv, ...(verb.evidence ?? [])], verb.blanks),
    allowed: role === 'admin' || role === verb.role,
    missing: lacks,
  }
}

function viewPreset({ name, title, group, prompt, blanks, description }: Preset): PresetView {
  return { name, title, description: description ?? null, group, prompt, blanks: blanksOf([prompt], blanks) }
}

/** What a verb asks before it runs, or null. */
export function asks({ confirm, evidence, title }: Verb): string | null {
  if (typeof confirm === 'string') return confirm
  return confirm || evidence ? `Run “${title}” now?` : null
}

function missing({ argv, evidence, needs }: Verb, path: string): string | null {
  const lacks = [...needs, argv[0], evidence?.[0]].find((each) => each !== undefined && !isThere(each, path))
  if (lacks === undefined) return null
  return isAbsolute(lacks)
    ? `This host has no ${lacks}`
    : `This host has no program ${lacks}: install it, or put it on the PATH of the console`
}

function isThere(need: string, path: string): boolean {
  if (isAbsolute(need)) return existsSync(need)
  return path.split(delimiter).some((directory) => isProgram(join(directory, need)))
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}
