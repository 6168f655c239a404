// Where the CLI lets a running command write its output.
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

/**
 * The file of a task's output: `TMP/claude-UID/CWD-SLUG/SESSION/tasks/TASK.output`. The slug is the CLI's own
 * business (long ones are cut and hashed), so the directories are looked through.
 *
 * @returns null when there is none, or it has gone already
 */
export function taskOutputPath(temporaryDirectory: string, taskId: string): string | null {
  for (const user of list(temporaryDirectory, /^claude-/)) {
    for (const slug of list(user)) {
      for (const session of list(slug)) {
        const path = join(session, 'tasks', `${taskId}.output`)
        if (statSync(path, { throwIfNoEntry: false })?.isFile()) return path
      }
    }
  }
  return null
}

function list(directory: string, wanted = /./): string[] {
  try {
    return readdirSync(directory, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && wanted.test(entry.name))
      .map((entry) => join(directory, entry.name))
  } catch {
    return []
  }
}
