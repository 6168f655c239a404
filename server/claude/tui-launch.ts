// What a TUI is started with: the same as a `claude -p` of the session, but for the gate's hooks and the wire tee.
import { type Launch, launchArguments, launchEnvironment } from './launch.ts'
import { asFields } from './messages.ts'

/** Where a TUI's hooks ask. */
export type GateAddress = { url: string; secret: string }

/** Flags of `-p` that the TUI does without, and how many values follow each. */
const ONLY_PRINT: ReadonlyMap<string, number> = new Map([
  ['-p', 0],
  ['--input-format', 1],
  ['--output-format', 1],
  ['--verbose', 0],
  ['--include-partial-messages', 0],
  ['--permission-prompt-tool', 1],
  ['--max-turns', 1],
])

/** The variable that carries the secret of the hooks; tools inherit it, and can do no more with it than ask. */
const SECRET_VARIABLE = 'BREAKGLASS_GATE_SECRET'

/** The CLI waits this long for an answer, in seconds; above 2^31 ms its timer would fire at once. */
const HOOK_TIMEOUT_S = 7 * 24 * 3600

/**
 * @param gate where its hooks ask
 * @param statusFile gets what the CLI tells its status line, the only place where it says what it has cost
 */
export function tuiArguments(launch: Launch, gate: GateAddress, statusFile: string): string[] {
  const given = launchArguments(launch)
  const args: string[] = []
  for (let index = 0; index < given.length; index++) {
    const flag = given[index] ?? ''
    const values = ONLY_PRINT.get(flag)
    if (values !== undefined) index += values
    else if (flag === '--settings') args.push(flag, tuiSettings(given[++index] ?? '{}', gate, statusFile))
    else args.push(flag)
  }
  return args
}

function tuiSettings(settings: string, gate: GateAddress, statusFile: string): string {
  const headers = { authorization: `Bearer $${SECRET_VARIABLE}` }
  const hook = {
    type: 'http',
    url: gate.url,
    headers,
    allowedEnvVars: [SECRET_VARIABLE],
    timeout: HOOK_TIMEOUT_S,
  }
  const ask = [{ matcher: '*', hooks: [hook] }]
  return JSON.stringify({
    ...asFields(JSON.parse(settings)),
    hooks: { PreToolUse: ask, PermissionRequest: ask },
    statusLine: { type: 'command', command: `cat > '${statusFile.replaceAll("'", `'\\''`)}'` },
    // Requests that nobody asked for would look like a prompt typed by hand.
    promptSuggestionEnabled: false,
    awaySummaryEnabled: false,
    spinnerTipsEnabled: false,
    // `turn_duration` in the transcript marks the end of a turn.
    showTurnDuration: true,
  })
}

/**
 * @param processId marks the process and all that it starts
 * @param baseUrl of the wire tee
 */
export function tuiEnvironment(
  launch: Launch,
  processId: string,
  baseUrl: string,
  gate: GateAddress,
): Record<string, string> {
  const environment = launchEnvironment(launch, processId)
  const noProxy = [environment.NO_PROXY ?? environment.no_proxy, '127.0.0.1', 'localhost']
    .filter(Boolean)
    .join(',')
  return {
    ...environment,
    ANTHROPIC_BASE_URL: baseUrl,
    [SECRET_VARIABLE]: gate.secret,
    // Tee and gate are on this host: a proxy of the operator's would not find them.
    NO_PROXY: noProxy,
    no_proxy: noProxy,
    CLAUDE_CODE_ENABLE_PROMPT_SUGGESTION: 'false',
    CLAUDE_CODE_DISABLE_FEEDBACK_SURVEY: '1',
  }
}

/** Where the tee passes requests on to. */
export function upstreamOf(launch: Launch): string {
  return launchEnvironment(launch, '').ANTHROPIC_BASE_URL ?? 'https://api.anthropic.com'
}
