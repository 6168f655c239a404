// Where the CLI lets its running commands write their output.
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

export type TaskOutput = { path: string; inode: number; bornAtMs: number }

/**
 * The files that commands of a session write into, oldest first: `TMP/claude-UID/CWD-SLUG/SESSION/tasks/TASK.output`.
 * The slug is the CLI's own business (long ones are cut and hashed), so the directories are looked through.
 */
export function taskOutputs(temporaryDirectory: string): TaskOutput[] {
  const sessions = list(temporaryDirectory, /^claude-/)
    .flatMap((user) => list(user))
    .flatMap((slug) => list(slug))
  return sessions
    .flatMap((session) => list(join(session, 'tasks'), /\.output$/))
    .flatMap((path) => {
      const found = statSync(path, { throwIfNoEntry: false })
      return found?.isFile() ? [{ path, inode: found.ino, bornAtMs: found.birthtimeMs }] : []
    })
    .sort((a, b) => a.bornAtMs - b.bornAtMs)
}

function list(directory: string, wanted = /./): string[] {
  try {
    return readdirSync(directory)
      .filter((name) => wanted.test(name))
      .map((name) => join(directory, name))
  } catch {
    return [] // it is none, or has gone already
  }
}
