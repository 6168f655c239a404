// What a session's CLI is started with at this moment.
import type { SessionRow } from '../db/sessions.ts'
import type { Agent } from './agent/agent.ts'
import type { Launch, ModelAccess } from './claude/launch.ts'
import type { Persona } from './claude/persona.ts'
import { findTranscript, setTranscriptAside, transcriptState } from './claude/transcript.ts'
import type { DataDirectory } from './data-directory.ts'
import type { Providers } from './providers.ts'

/**
 * Without `resume` the transcript decides. Call it so when no process of the session runs: a transcript that blocks it is
 * set aside.
 */
export type LaunchOf = (session: SessionRow, resume?: boolean) => Promise<Launch>

/**
 * @param drillAccess where the scripted model answers for a drill
 * @param claude absolute path of the CLI
 */
export function createLaunchOf(options: {
  claude: string
  agent: Agent
  data: DataDirectory
  providers: Providers
  inherited: Readonly<Record<string, string>>
  toolTimeoutMs: number
  drillAccess: (drill: string) => ModelAccess
  /** How a session differs from what the agent says, null where it does not. */
  personaOf: (sessionId: string) => Persona | null
}): LaunchOf {
  const { claude, agent, data, providers, inherited, toolTimeoutMs, drillAccess, personaOf } = options
  return async (session, resume) => {
    const { workspace, temporary } = data.session(session.id)
    const persona = personaOf(session.id)
    return {
      claude,
      workspace,
      configDirectory: data.claudeConfig,
      temporaryDirectory: temporary,
      cliSessionId: session.cli_session_id,
      resume: resume ?? (await canResume(data.claudeConfig, workspace, session.cli_session_id)),
      access: session.drill ? drillAccess(session.drill) : accessOf(session, providers),
      agent,
      ...(persona ? { persona } : {}),
      toolTimeoutMs,
      inherited,
    }
  }
}

function accessOf(session: SessionRow, providers: Providers): ModelAccess {
  // A provider that has left the configuration: the standard one serves.
  const { access } = providers.byName(session.provider) ?? providers.standard
  return session.model ? { ...access, model: session.model } : access
}

/** The transcript on disk decides, not what we remember: the CLI refuses the wrong one of the two. */
async function canResume(configDirectory: string, workspace: string, id: string): Promise<boolean> {
  const state = await transcriptState(configDirectory, workspace, id)
  if (state === 'blocked') {
    const path = await findTranscript(configDirectory, workspace, id)
    if (path) await setTranscriptAside(path, Date.now())
  }
  return state === 'resumable'
}
