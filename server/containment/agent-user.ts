// The user that the agent runs as where a launcher changes it, and the directory that is this user's.
import { chmodSync, chownSync, lchownSync, mkdirSync, readdirSync, realpathSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { runProcess } from '../child-process.ts'
import { behind } from './command.ts'
import type { ContainmentConfig } from './containment-config.ts'

export type AgentUser = { uid: number; gid: number }

/** Where the agent works instead of in the data directory, which is closed to it. */
export type AgentDirectory = {
  path: string
  home: string
  /** CLAUDE_CONFIG_DIR. */
  claudeConfig: string
  sessions: string
  /** Hands over what the console has made there. What is in a directory goes first, so that the agent is not in it yet. */
  give(path: string): void
  /** Hands over one file or directory, and nothing that is in it. */
  giveOne(path: string): void
}

/**
 * Asks the launcher itself who it runs programs as.
 * @returns null where that is the console's own user
 * @throws Error in words when the launcher does not work
 */
export async function findAgentUser(
  { launcher }: ContainmentConfig,
  env: Record<string, string>,
): Promise<AgentUser | null> {
  if (!launcher) return null
  const { file, args } = behind(launcher, { file: '/bin/sh', args: ['-c', 'id -u; id -g'] })
  const { exitCode, stdout, stderr } = await runProcess(file, args, { env })
  const [uid = Number.NaN, gid = Number.NaN] = stdout.split('\n').map((line) => Number.parseInt(line, 10))
  if (exitCode !== 0 || Number.isNaN(uid + gid)) {
    throw new Error(
      `containment.launcher does not start programs: ${launcher.join(' ')}: ${stderr.trim() || `exit ${exitCode}`}. Mend it, or take it out of the configuration`,
    )
  }
  return uid === process.getuid?.() ? null : { uid, gid }
}

/**
 * Makes the directory and what belongs into it.
 * @throws Error in words when it is missing in the configuration, can't be made, or others may write in it
 */
export function openAgentDirectory(config: ContainmentConfig, user: AgentUser | null): AgentDirectory | null {
  if (!user) return null
  if (config.agent_directory === undefined) {
    throw new Error(
      `containment.launcher runs the agent as the user ${user.uid}, who can't enter the data directory: set containment.agent_directory to a directory for its workspaces`,
    )
  }
  if (process.getuid?.() !== 0) {
    throw new Error(
      `containment.launcher runs the agent as the user ${user.uid}: the console has to be root to give it a place to work. Start it as root, or take the launcher out of the configuration`,
    )
  }
  mkdirSync(config.agent_directory, { recursive: true, mode: 0o711 })
  const path = realpathSync(config.agent_directory)
  const { uid, mode } = statSync(path)
  if (uid !== process.getuid?.() || mode & 0o022) {
    throw new Error(
      `containment.agent_directory ${path} must belong to the user of the console and be written by no one else. Run: chown ${process.getuid?.()} '${path}' && chmod 711 '${path}'`,
    )
  }
  const directory = {
    path,
    home: join(path, 'home'),
    claudeConfig: join(path, 'claude'),
    sessions: join(path, 'sessions'),
  }
  const giveOne = (given: string) => lchownSync(given, user.uid, user.gid)
  makeAs(path, 0o711)
  makeAs(directory.sessions, 0o711)
  for (const own of [directory.home, directory.claudeConfig]) {
    makeAs(own, 0o700)
    chownSync(own, user.uid, user.gid)
  }
  return { ...directory, giveOne, give: (given) => giveAll(given, giveOne) }
}

/** Against the umask. */
function makeAs(path: string, mode: number) {
  mkdirSync(path, { recursive: true })
  chmodSync(path, mode)
}

function giveAll(path: string, giveOne: (path: string) => void) {
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    if (entry.isDirectory()) giveAll(join(path, entry.name), giveOne)
    else giveOne(join(path, entry.name))
  }
  giveOne(path)
}
