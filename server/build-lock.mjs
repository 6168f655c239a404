// One install or build at a time: two commands started at once must not write over each other.
import { execFileSync } from 'node:child_process'
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const PAUSE_MS = 200

/**
 * @param {string} directory where the lock stands
 * @param {(line: string) => void} say
 * @returns {Promise<() => void>} gives the lock up
 */
export async function takeLock(directory, say) {
  const lock = join(directory, 'lock')
  const mine = JSON.stringify({ pid: process.pid, began: beginningOf(process.pid) })
  const draft = `${lock}.${process.pid}`
  writeDraft(directory, draft, mine)
  try {
    for (let told = false; ; ) {
      // A link is made whole or not at all, and only where there is none.
      if (tryTo(() => linkSync(draft, lock))) return () => rmSync(lock, { force: true })
      const held = read(lock)
      if (held !== null && isAbandoned(held)) takeAway(lock, held)
      else {
        if (!told) say('Waiting for another command that installs or builds …')
        told = true
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
      }
    }
  } finally {
    rmSync(draft, { force: true })
  }
}

function writeDraft(directory, draft, mine) {
  try {
    mkdirSync(directory, { recursive: true })
    writeFileSync(draft, mine)
  } catch (error) {
    throw new Error(
      `Something has to be installed or built, and ${directory} can't be written (${error.code}): run "npm start" once as the owner of this directory`,
    )
  }
}

/** Moves an abandoned lock aside; when another command was quicker, it is that one's lock that moved, and it goes back. */
function takeAway(lock, held) {
  const aside = `${lock}.${process.pid}.old`
  tryTo(() => renameSync(lock, aside))
  if (read(aside) !== held) tryTo(() => linkSync(aside, lock))
  rmSync(aside, { force: true })
}

/** Its process has ended, or its number belongs to a later one. */
function isAbandoned(held) {
  try {
    const { pid, began } = JSON.parse(held)
    process.kill(pid, 0)
    return beginningOf(pid) !== began
  } catch (error) {
    return error.code === 'ESRCH' || error instanceof SyntaxError
  }
}

/** What tells a process from a later one of the same number. */
function beginningOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')[19]
  } catch {}
  try {
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim()
  } catch {
    return null
  }
}

function read(file) {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return null
  }
}

function tryTo(act) {
  try {
    act()
    return true
  } catch (error) {
    if (error.code === 'EEXIST' || error.code === 'ENOENT') return false
    throw error
  }
}
