// Verbs and presets over HTTP: what a request may say, what an answer looks like.
import { z } from 'zod'
import type { Role } from './api.ts'
import type { Blank } from './blanks.ts'
import type { Axis } from './events.ts'

export type VerbView = {
  name: string
  title: string
  description: string | null
  group: string
  /** The command, its blanks as `{name}`. */
  argv: string[]
  /** Run first and shown, so that the operator confirms on facts. */
  evidence: string[] | null
  /** Where it runs, as its author says it. */
  host: string | null
  /** What is asked before it runs; null where nothing is. */
  confirm: string | null
  /** How far what it does can be taken back; looking counts as reversible. */
  axis: Axis
  role: Exclude<Role, 'viewer'>
  timeout_seconds: number
  blanks: Blank[]
  /** Whether who asks may run it. */
  allowed: boolean
  /** What this host lacks for it, in words; null where nothing is known to be lacking. */
  missing: string | null
}

export type PresetView = {
  name: string
  title: string
  description: string | null
  group: string
  /** The text, its blanks as `{name}`. */
  prompt: string
  blanks: Blank[]
}

/** `may_prompt`: whether who asks may give prompts at all. */
export type Runbooks = { may_prompt: boolean; verbs: VerbView[]; presets: PresetView[] }

export const runVerbSchema = z.strictObject({
  name: z.string().max(100),
  blanks: z.record(z.string().max(100), z.string().max(1000)).default({}),
  /** The operator has read what is asked; with evidence, what it showed: then a run of the same verb and blanks has to wait for this. */
  confirmed: z.boolean().default(false),
})
export type RunVerb = z.infer<typeof runVerbSchema>

/** The answer to a request that runs a verb or confirms it. */
export type StartedVerb = { verb_run_id: string; state: 'awaiting_confirmation' | 'running' }
