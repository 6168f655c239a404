// Where the CLI lets a running command write its output.
import { readdirSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'

/**
 * The file of a task's output: `TMP/claude-UID/CWD-SLUG/SESSION/tasks/TASK.output`. The slug is the CLI's own
 * business (long ones are cut and hashed), so the directories are looked through.
 *
 * @returns null when there is none, or it has gone already
 */
export function taskOutputPath(temporaryDirectory: string, taskId: string): string | null {
  return taskOutputs(temporaryDirectory).find((path) => basename(path) === `${taskId}.output`) ?? null
}

/** The files of all tasks that run, the oldest first. */
export function taskOutputs(temporaryDirectory: string): string[] {
  return list(temporaryDirectory, /^claude-/)
    .flatMap((user) => list(user))
    .flatMap((slug) => list(slug))
    .flatMap((session) => outputs(join(session, 'tasks')))
    .sort((a, b) => a.born - b.born)
    .map(({ path }) => path)
}

function outputs(tasks: string): { path: string; born: number }[] {
  try {
    return readdirSync(tasks, { withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.output'))
      .map((entry) => join(tasks, entry.name))
      .map((path) => ({ path, born: statSync(path, { throwIfNoEntry: false })?.birthtimeMs ?? 0 }))
  } catch {
    return []
  }
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
