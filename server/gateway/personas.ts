// How sessions of the pool behave: what the configuration says of them all, and what their clients may add.
import { randomUUID } from 'node:crypto'
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { GatewaySessionsTable } from '../../db/gateway-sessions.ts'
import { ASKING_TOOLS } from '../agent/agent.ts'
import type { Persona } from '../claude/persona.ts'
import type { GatewayConfig } from './gateway-config.ts'

export type Personas = ReturnType<typeof createPersonas>

/** @param directoryOf a session's own directory */
export function createPersonas(
  config: GatewayConfig,
  table: GatewaySessionsTable,
  directoryOf: (sessionId: string) => string,
) {
  const mcpFile = (sessionId: string) => join(directoryOf(sessionId), 'mcp.json')

  return {
    /** Null for sessions that are not, or no longer, the pool's. */
    of(sessionId: string): Persona | null {
      const row = table.byId(sessionId)
      if (!row || row.ended_at !== null) return null
      const appended = [config.append_system_prompt, row.system].filter((part) => part)
      return {
        systemPrompt: config.system_prompt ?? null,
        appendSystemPrompt: appended.length > 0 ? appended.join('\n\n') : null,
        allowedTools: config.allowed_tools ?? null,
        // A client waits for its answer, and knows nothing of the page.
        disallowedTools: [...ASKING_TOOLS, ...config.disallowed_tools],
        mcpConfigFile: Object.keys(config.mcp_servers).length > 0 ? writeServers(sessionId) : null,
        effort: config.effort ?? null,
        maxTurns: config.max_turns ?? null,
        directories: config.add_dir,
        environment: config.environment,
      }
    },

    /** Lets go of a session: what was written down for it alone is removed. */
    end(sessionId: string) {
      table.end(sessionId, new Date().toISOString())
      rmSync(mcpFile(sessionId), { force: true })
    },
  }

  /** The servers' addresses and credentials, for this user's eyes only. */
  function writeServers(sessionId: string): string {
    const path = mcpFile(sessionId)
    mkdirSync(directoryOf(sessionId), { recursive: true, mode: 0o700 })
    // Renamed into place: a CLI that starts at this moment reads the old one or the new one, never half of it.
    const next = `${path}.${randomUUID()}`
    writeFileSync(next, JSON.stringify({ mcpServers: config.mcp_servers }), { mode: 0o600, flag: 'wx' })
    renameSync(next, path)
    return path
  }
}
