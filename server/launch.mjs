#!/usr/bin/env node
// The `breakglass` command and the npm scripts: installs what is missing, builds what is stale, then runs. Plain JavaScript.
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const OLDEST_NODE = [20, 9]
/** Commands that draw pages; the others need the server's bundle only. */
const PAGES = new Set(['start', 'drill', 'build', 'test', 'bench', 'screenshots', 'hostile'])
const TOOLS = new Set(['test', 'bench', 'record', 'screenshots', 'hostile'])

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const [command = 'help', ...rest] = process.argv.slice(2)
/** Progress goes to standard error: what a command prints on standard output is for programs. */
const say = (line) => process.stderr.write(`${line}\n`)

try {
  checkNode(process.versions.node)
  await prepare()
  if (command !== 'build') await run()
} catch (error) {
  say(error instanceof Error ? error.message : String(error))
  process.exit(1)
}

function checkNode(version) {
  const [major, minor] = version.split('.').map(Number)
  const [oldestMajor, oldestMinor] = OLDEST_NODE
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return
  throw new Error(`Node ${version} is too old: Breakglass needs Node ${OLDEST_NODE.join('.')} or newer`)
}

async function prepare() {
  const { isInstalled, installMissing } = await import('./install.mjs')
  const { buildStale, staleSteps } = await import('./build.mjs')
  const wanted = { page: PAGES.has(command), tools: TOOLS.has(command) }
  // A checkout that is up to date is only read: it may lie on a disk that can't be written.
  if (isInstalled(root) && staleSteps(root, wanted).length === 0) {
    if (command === 'start' || command === 'build') say('Packages and build are up to date')
    return
  }
  const { takeLock } = await import('./build-lock.mjs')
  const giveUp = await takeLock(join(root, '.build'), say)
  try {
    installMissing(root, say)
    await buildStale(root, wanted, say)
  } finally {
    giveUp()
  }
}

async function run() {
  const isTool = TOOLS.has(command)
  const file = isTool
    ? join(root, '.build', 'tools', `${command}.js`)
    : join(root, '.build', 'server', 'main.js')
  const { main } = await import(pathToFileURL(file).href)
  process.exitCode = await main(root, isTool ? rest : [command, ...rest])
}
