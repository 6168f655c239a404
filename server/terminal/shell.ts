// Which shell an operator gets, and with what environment.
import { accessSync, constants } from 'node:fs'
import { isAbsolute } from 'node:path'
import type { PtyLaunch } from './pty.ts'

/**
 * The shell of the host's user, else bash, else sh, in a session's workspace.
 * @param inherited the allow-listed variables of the host; the console's own secrets are not among them
 */
export function shellLaunch(workspace: string, inherited: Readonly<Record<string, string>>): PtyLaunch {
  const file = [inherited.SHELL, '/bin/bash', '/bin/sh'].find((path) => path !== undefined && isProgram(path))
  return { file: file ?? '/bin/sh', args: [], cwd: workspace, env: inherited }
}

function isProgram(path: string): boolean {
  try {
    if (!isAbsolute(path)) return false
    accessSync(path, constants.X_OK)
    return !/\/(nologin|false)$/.test(path)
  } catch {
    return false
  }
}
