// How a CLI session behaves beyond its agent: prompts, tools, MCP servers, effort, directories, environment.

export type Persona = {
  /** Replaces the agent's prompt. */
  systemPrompt: string | null
  /** Stands behind the system prompt. */
  appendSystemPrompt: string | null
  /** The only built-in tools there are; null for all of them. Each call passes the gate in any case. */
  allowedTools: readonly string[] | null
  disallowedTools: readonly string[]
  /** A file that only the console's user can read: servers carry secrets. */
  mcpConfigFile: string | null
  effort: string | null
  /** Answers of the model in one turn, after which it ends as an error; null for any number. A TUI has no such limit. */
  maxTurns: number | null
  /** Absolute paths, readable and writable beside the workspace. */
  directories: readonly string[]
  environment: Readonly<Record<string, string>>
}

/** What a persona adds to the arguments of the CLI, for every way of running it. Lists end before the next option. */
export function personaArguments(persona: Persona): string[] {
  const { appendSystemPrompt, allowedTools, mcpConfigFile, effort, maxTurns, directories } = persona
  return [
    ...(appendSystemPrompt ? ['--append-system-prompt', appendSystemPrompt] : []),
    ...(allowedTools ? ['--tools', allowedTools.join(',')] : []),
    ...(mcpConfigFile ? ['--mcp-config', mcpConfigFile] : []),
    ...(effort ? ['--effort', effort] : []),
    ...(maxTurns ? ['--max-turns', String(maxTurns)] : []),
    ...directories.flatMap((directory) => ['--add-dir', directory]),
  ]
}

/** The agent with the persona's prompt and without the tools that the persona goes without. */
export function withPersona<A extends { prompt: string; disallowed_tools: readonly string[] }>(
  agent: A,
  persona: Persona,
): A {
  return {
    ...agent,
    prompt: persona.systemPrompt ?? agent.prompt,
    disallowed_tools: [...new Set([...agent.disallowed_tools, ...persona.disallowedTools])],
  }
}
