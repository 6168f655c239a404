// Judges a session's calls by the policy in force: where its own files lie, and what a drill's tools do.
import { join } from 'node:path'
import type { SessionsTable } from '../../db/sessions.ts'
import type { TryPolicy, TryResult } from '../../lib/gate-api.ts'
import { toolResultsFolder } from '../claude/transcript.ts'
import type { DataDirectory } from '../data-directory.ts'
import { drillRules } from '../drill/drill-rules.ts'
import type { Question } from '../drivers/driver.ts'
import { HttpProblem } from '../http/problem.ts'
import { followLinks } from './follow-links.ts'
import type { LivePolicy } from './live-policy.ts'
import { createPolicyEngine, type Examined } from './policy/engine.ts'
import type { PolicyContext } from './policy/paths.ts'

export type SessionPolicy = {
  /** Never throws. */
  examine(sessionId: string, question: Pick<Question, 'tool_name' | 'input'>): Examined
  /**
   * Judges a call that nobody makes.
   * @throws HttpProblem 404 `no_such_session`
   */
  try(call: TryPolicy): TryResult
}

/** Judged for where no session is named. */
const NO_SESSION = '00000000-0000-4000-8000-000000000000'

/** @param home where `~` leads for the tools of the CLI */
export function createSessionPolicy(options: {
  live: Pick<LivePolicy, 'current'>
  sessions: Pick<SessionsTable, 'byId'>
  data: DataDirectory
  home: string
}): SessionPolicy {
  const { live, sessions, data, home } = options

  function examine(sessionId: string, question: Pick<Question, 'tool_name' | 'input'>): Examined {
    const session = sessions.byId(sessionId)
    const { workspace, temporary, outputs } = data.session(sessionId)
    const context: PolicyContext = {
      ...{ workspace, cwd: workspace, home, dataDirectory: data.path },
      // The CLI has the agent write its plans there, under names of its own.
      ownFolders: [temporary, join(data.claudeConfig, 'plans')],
      readableFolders: [
        outputs,
        toolResultsFolder(data.claudeConfig, workspace, session?.cli_session_id ?? sessionId),
      ],
      consolePids: [process.pid],
      followLinks,
    }
    const own = session?.drill ? drillRules(workspace) : []
    return createPolicyEngine(live.current(), own).examine(question, context)
  }

  return {
    examine,
    try({ tool_name, command, input, session_id }) {
      if (session_id !== undefined && !sessions.byId(session_id))
        throw new HttpProblem(404, 'no_such_session', `There is no session ${session_id}`)
      const question = { tool_name, input: input ?? { command } }
      const { verdict, axis, rule, reason, lines } = examine(session_id ?? NO_SESSION, question)
      return { verdict, axis, rule, reason, lines }
    },
  }
}
