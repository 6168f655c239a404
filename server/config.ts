// The configuration file: read once, checked wholly, errors with line and column.
import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { LineCounter, parseDocument } from 'yaml'
import { z } from 'zod'
import { POLICY_DEFAULTS } from './gate/policy.ts'
import { gatewaySchema } from './gateway/gateway-config.ts'

const name = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,63}$/, 'Use lower-case letters, digits, dots, dashes and underscores')
const variable = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'Name an environment variable')

const configSchema = z.strictObject({
  /** Where the CLI finds a model; the first one is the default. */
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
  policy: z.strictObject({ default: z.enum(POLICY_DEFAULTS).default('allow') }).prefault({}),
  /** A file with the recovery agent's prompt, relative to this one. */
  agent: z.strictObject({ prompt_file: z.string().min(1).optional() }).prefault({}),
  /** Variables of the console's environment that its tools may see, besides PATH, HOME, locale and proxies. */
  environment: z.array(variable).default([]),
  gateway: gatewaySchema.prefault({}),
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
      /** Longest a single command may run. */
      tool_minutes: z.number().min(0.1).max(240).default(10),
      concurrent_turns: z.int().min(1).max(100).default(6),
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

/** A configuration that can't be used. The message names file, line and column, and what was expected. */
export class ConfigError extends Error {
  override name = 'ConfigError'
}

/**
 * Reads the configuration; without a file everything has its default.
 * @throws ConfigError
 */
export function readConfig(path: string | null): Config {
  if (path === null) return configSchema.parse({})
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    throw new ConfigError(`The configuration ${path} can't be read: ${(error as Error).message}`)
  }
  const lineCounter = new LineCounter()
  const document = parseDocument(text, { lineCounter })
  const where = (offset: number) => {
    const { line, col } = lineCounter.linePos(offset)
    return `${path}, line ${line}, column ${col}`
  }
  const [broken] = document.errors
  if (broken) throw new ConfigError(`${where(broken.pos[0])}: ${broken.message.split('\n')[0]}`)

  const parsed = configSchema.safeParse(document.toJS() ?? {})
  if (parsed.success) return resolvePaths(parsed.data, path)
  const messages = parsed.error.issues.map((issue) => {
    const keys = issue.path.map((key) => (typeof key === 'symbol' ? String(key) : key))
    return `${where(offsetOf(document, keys))}: ${keys.join('.') || 'the whole'}: ${issue.message}`
  })
  throw new ConfigError(messages.join('\n'))
}

/** Where the nearest thing stands that the file does contain on the way to a key. */
function offsetOf(document: ReturnType<typeof parseDocument>, keys: (string | number)[]): number {
  for (let length = keys.length; length >= 0; length--) {
    const node = document.getIn(keys.slice(0, length), true)
    if (node && typeof node === 'object' && 'range' in node && Array.isArray(node.range))
      return Number(node.range[0])
  }
  return 0
}

function resolvePaths(config: Config, path: string): Config {
  const { prompt_file } = config.agent
  return prompt_file ? { ...config, agent: { prompt_file: resolve(dirname(path), prompt_file) } } : config
}
