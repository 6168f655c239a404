// The configuration file: read once, checked wholly, errors with line and column.
import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { z } from 'zod'
import { budgetMinutes, budgetTurns, budgetUsd } from '../lib/budget-api.ts'
import { containmentSchema } from './containment/containment-config.ts'
import { type Policy, policySchema } from './gate/policy/policy-file.ts'
import { approvalsSchema } from './gate/time-outs.ts'
import { gatewaySchema } from './gateway/gateway-config.ts'
import { ladderSchema } from './ladder/ladder-config.ts'
import { redactionSchema } from './redaction/redaction-config.ts'
import { presetsSchema, runbooksSchema, verbsSchema } from './verbs/runbooks-config.ts'
import { parseYaml, YamlFileError } from './yaml-file.ts'

const name = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,63}$/, 'Use lower-case letters, digits, dots, dashes and underscores')
const variable = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'Name an environment variable')

const configSchema = z.strictObject({
  /** Where the CLI finds a model: a ladder, the first one is the default. */
  providers: z
    .array(
      z.strictObject({
        name,
        base_url: z.url({ protocol: /^https?$/ }).optional(),
        /** The environment variable that holds the key; none for a model that asks for none. */
        key_env: variable.optional(),
        model: z.string().min(1).optional(),
      }),
    )
    .min(1)
    .refine(
      (list) => new Set(list.map((each) => each.name)).size === list.length,
      'Give each provider a name of its own',
    )
    .refine(
      (list) => list.every((each) => each.name !== 'drill'),
      'The name "drill" is taken by the scripted model',
    )
    .optional(),
  policy: policySchema.prefault({}),
  approvals: approvalsSchema.prefault({}),
  /** A file with the recovery agent's prompt, relative to this one. */
  agent: z.strictObject({ prompt_file: z.string().min(1).optional() }).prefault({}),
  /** Variables of the console's environment that its tools may see, besides PATH, HOME, locale and proxies. */
  environment: z.array(variable).default([]),
  containment: containmentSchema.prefault({}),
  gateway: gatewaySchema.prefault({}),
  ladder: ladderSchema.prefault({}),
  redaction: redactionSchema.prefault({}),
  /** Whether the verbs and presets that come with the console are offered; without it, where none are named. */
  runbooks: runbooksSchema.optional(),
  verbs: verbsSchema.optional(),
  presets: presetsSchema.optional(),
  limits: z
    .strictObject({
      turn_minutes: z
        .number()
        .min(0.05)
        .max(24 * 60)
        .default(60),
      /** Without any output of the CLI or a tool for this long a turn is stopped. */
      silence_seconds: z
        .number()
        .min(1)
        .max(24 * 3600)
        .default(660),
      /** Without any for this long the record says what is waited for. */
      stall_seconds: z
        .number()
        .min(1)
        .max(24 * 3600)
        .default(90),
      /** What each session may use, unless it is opened with a budget of its own; nothing is as much as it likes. */
      session_turns: budgetTurns.optional(),
      session_usd: budgetUsd.optional(),
      session_minutes_running: budgetMinutes.optional(),
      /** Longest a single command may run. */
      tool_minutes: z.number().min(0.1).max(240).default(10),
      concurrent_turns: z.int().min(1).max(100).default(6),
      /** How long before the end of a session's time box it is warned of. */
      time_box_warning_minutes: z.number().min(0).max(240).default(10),
      /** What a turn that runs at the end of the time box still gets. */
      time_box_grace_minutes: z.number().min(0).max(240).default(5),
      warm_processes: z.int().min(0).max(20).default(3),
      warm_idle_minutes: z
        .number()
        .min(0.01)
        .max(24 * 60)
        .default(15),
    })
    .prefault({}),
})

export type Config = z.infer<typeof configSchema>

/**
 * Reads the configuration; without a file everything has its default.
 * @throws YamlFileError
 */
export function readConfig(path: string | null): Config {
  if (path === null) return configSchema.parse({})
  return resolvePaths(parseYaml(readText(path), path, configSchema), path)
}

/**
 * The policy of a configuration, or of a file that holds nothing else.
 * @throws YamlFileError
 */
export function readPolicy(path: string): Policy {
  const text = readText(path)
  const keys = Object.keys(parseYaml(text, path, z.looseObject({})))
  const isBare = keys.some((key) => Object.hasOwn(policySchema.shape, key))
  return isBare ? parseYaml(text, path, policySchema) : readConfig(path).policy
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new YamlFileError(`The configuration ${path} can't be read: ${(error as Error).message}`)
  }
}

function resolvePaths(config: Config, path: string): Config {
  const { prompt_file } = config.agent
  return prompt_file ? { ...config, agent: { prompt_file: resolve(dirname(path), prompt_file) } } : config
}
