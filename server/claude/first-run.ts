// Answers the TUI's first-run dialogs beforehand, in the console's own CLAUDE_CONFIG_DIR.
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { asFields, type Fields, fieldsOf, listOf } from './messages.ts'

/** The CLI's own file of what it has asked and been told. */
const CONFIG_FILE = '.claude.json'

/**
 * Writes the answers: onboarding, theme, trust, and the key that stands in where a model asks for none.
 * Trust in a directory holds for those below it (measured, 2.1.197), so that the directory of all sessions is enough,
 * and nothing has to be written while CLI processes run that write the same file.
 *
 * @param trusted absolute path with all symlinks resolved
 * @param approvedKey a key given by environment, of which the CLI remembers the last 20 characters
 * @param give hands the file over to the CLI's user, if that is another
 * @throws Error when the file can't be written
 */
export function answerFirstRun(
  configDirectory: string,
  trusted: string,
  approvedKey: string | null = null,
  give: (path: string) => void = () => undefined,
): void {
  const path = join(configDirectory, CONFIG_FILE)
  const before = readConfig(path)
  const projects = fieldsOf(before, 'projects') ?? {}
  const keys = fieldsOf(before, 'customApiKeyResponses') ?? {}
  const approved = new Set(listOf(keys, 'approved'))
  if (approvedKey !== null) approved.add(approvedKey.slice(-20))
  const after = {
    ...before,
    hasCompletedOnboarding: true,
    theme: before.theme ?? 'dark',
    projects: { ...projects, [trusted]: { ...fieldsOf(projects, trusted), hasTrustDialogAccepted: true } },
    customApiKeyResponses: { rejected: [], ...keys, approved: [...approved] },
  }
  const text = JSON.stringify(after, null, 2)
  if (text === JSON.stringify(before, null, 2)) return
  mkdirSync(configDirectory, { recursive: true, mode: 0o700 })
  const draft = `${path}.${process.pid}`
  // Others may write in the directory: nothing that they have put there is followed.
  rmSync(draft, { force: true })
  writeFileSync(draft, text, { mode: 0o600, flag: 'wx' })
  give(draft)
  renameSync(draft, path)
}

function readConfig(path: string): Fields {
  try {
    return asFields(JSON.parse(readFileSync(path, 'utf8'))) ?? {}
  } catch {
    return {} // missing, or spoiled: the CLI would begin anew as well
  }
}
