// What the CLI is started with: arguments that are only ever ours, and an environment built from nothing.
import { createHash } from 'node:crypto'
import { type Persona, personaArguments, withPersona } from './persona.ts'
import { PROCESS_MARKER } from './process-table.ts'

/** Where the CLI finds a model. */
export type ModelAccess = {
  /** Base URL of a Messages API, null for the CLI's own default. */
  baseUrl: string | null
  /** A file holding the API key: the CLI reads it by `apiKeyHelper`, so that no tool inherits it. */
  keyFile: string | null
  /** Credentials that the CLI takes from its environment only. */
  variables: Readonly<Record<string, string>>
  model: string | null
}

export type AgentDefinition = {
  name: string
  description: string
  prompt: string
  disallowed_tools: readonly string[]
}

/** Everything that decides how a CLI process of a session behaves. */
export type Launch = {
  /** Absolute path of the CLI. */
  claude: string
  workspace: string
  /** The console's own CLAUDE_CONFIG_DIR. */
  configDirectory: string
  /** CLAUDE_CODE_TMPDIR of the session, where running commands write their output. */
  temporaryDirectory: string
  cliSessionId: string
  resume: boolean
  access: ModelAccess
  agent: AgentDefinition
  persona?: Persona
  /** Longest a tool of the CLI may run, in milliseconds. */
  toolTimeoutMs: number
  inherited: Readonly<Record<string, string>>
}

/**
 * What a session's CLI would be started with at this moment.
 * @param resume for who knows or does not care; the transcript on disk is read unless given
 */
export type LaunchNow = (resume?: boolean) => Promise<Launch>

/** Stands in for the key of a model that asks for none; without one the CLI calls itself not logged in. */
export const PLACEHOLDER_KEY = 'no-key-needed'

/**
 * The arguments of one CLI process. Every tool call asks (an ask rule for `*`, no settings files read),
 * and the question comes on the control channel.
 */
export function launchArguments(launch: Launch): string[] {
  const { access, persona } = launch
  const agent = persona ? withPersona(launch.agent, persona) : launch.agent
  const settings = {
    permissions: { ask: ['*'] },
    ...(access.keyFile ? { apiKeyHelper: `cat ${quoteForShell(access.keyFile)}` } : {}),
  }
  const agents = { [agent.name]: { description: agent.description, prompt: agent.prompt } }
  return [
    '-p',
    ...[
      '--input-format',
      'stream-json',
      '--output-format',
      'stream-json',
      '--verbose',
      '--include-partial-messages',
    ],
    ...['--permission-mode', 'default', '--setting-sources', '', '--settings', JSON.stringify(settings)],
    ...['--permission-prompt-tool', 'stdio', '--strict-mcp-config'],
    ...['--agents', JSON.stringify(agents), '--agent', agent.name],
    ...(agent.disallowed_tools.length > 0 ? ['--disallowed-tools', agent.disallowed_tools.join(',')] : []),
    ...(access.model ? ['--model', access.model] : []),
    ...(persona ? personaArguments(persona) : []),
    ...(launch.resume ? ['--resume', launch.cliSessionId] : ['--session-id', launch.cliSessionId]),
  ]
}

/**
 * The environment of one CLI process.
 * @param processId marks the process and, inherited, everything that it starts
 */
export function launchEnvironment(launch: Launch, processId: string): Record<string, string> {
  const { access } = launch
  const hasCredential = access.keyFile !== null || Object.keys(access.variables).length > 0
  return {
    ...launch.inherited,
    ...launch.persona?.environment,
    ...access.variables,
    ...(access.baseUrl
      ? { ANTHROPIC_BASE_URL: access.baseUrl.replace(/\/+$/, '').replace(/\/v1$/, '') }
      : {}),
    ...(access.baseUrl && !hasCredential ? { ANTHROPIC_API_KEY: PLACEHOLDER_KEY } : {}),
    CLAUDE_CONFIG_DIR: launch.configDirectory,
    CLAUDE_CODE_TMPDIR: launch.temporaryDirectory,
    // A command that goes on in the background would answer a prompt nobody gave, later.
    CLAUDE_CODE_DISABLE_BACKGROUND_TASKS: '1',
    // The policy judges each command as one that begins in the workspace, also after an earlier one has gone elsewhere.
    CLAUDE_BASH_MAINTAIN_PROJECT_WORKING_DIR: '1',
    BASH_DEFAULT_TIMEOUT_MS: String(Math.min(120_000, launch.toolTimeoutMs)),
    BASH_MAX_TIMEOUT_MS: String(launch.toolTimeoutMs),
    DISABLE_AUTOUPDATER: '1',
    DISABLE_TELEMETRY: '1',
    DISABLE_ERROR_REPORTING: '1',
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    CLAUDE_CODE_DISABLE_TERMINAL_TITLE: '1',
    [PROCESS_MARKER]: processId,
  }
}

/**
 * Two launches with the same key may stand in for each other, whether or not they find a transcript: a process that runs
 * has it already.
 * @param turns how many turns the session has had: an early process does not know the ones after its start
 */
export function launchKey(launch: Launch, turns: number): string {
  const facts = [
    launch.claude,
    launch.workspace,
    turns,
    launchArguments({ ...launch, resume: false }),
    launchEnvironment(launch, ''),
  ]
  return createHash('sha256').update(JSON.stringify(facts)).digest('hex')
}

/** The CLI hands `apiKeyHelper` to a shell: the only string of ours that one ever sees. */
function quoteForShell(path: string): string {
  return `'${path.replaceAll("'", `'\\''`)}'`
}
