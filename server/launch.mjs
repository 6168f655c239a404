#!/usr/bin/env node
// The `breakglass` command and the npm scripts: installs what is missing, builds what is stale, then runs. Plain JavaScript.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const OLDEST_NODE = [20, 9]
const TOOLS = new Set(['test', 'bench', 'record', 'screenshots'])

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const [command = 'help', ...rest] = process.argv.slice(2)
/** Progress goes to standard error: what a command prints on standard output is for programs. */
const say = (line) => process.stderr.write(`${line}\n`)

try {
  checkNode()
  const unlock = await lock()
  try {
    const { installMissing } = await import('./install.mjs')
    const installed = installMissing(root, say)
    const { buildStale } = await import('./build.mjs')
    const built = await buildStale(root, { tools: TOOLS.has(command), say })
    if (command === 'start' && !installed && built.length === 0) say('Packages and build are up to date')
  } finally {
    unlock()
  }
  if (command !== 'build') await run()
} catch (error) {
  say(error instanceof Error ? error.message : String(error))
  process.exit(1)
}

async function run() {
  const file = TOOLS.has(command)
    ? join(root, '.build', 'tools', `${command}.js`)
    : join(root, '.build', 'server', 'main.js')
  const { main } = await import(pathToFileURL(file).href)
  process.exitCode = await main(root, TOOLS.has(command) ? rest : [command, ...rest])
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  const [oldestMajor, oldestMinor] = OLDEST_NODE
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return
  throw new Error(
    `Node ${process.versions.node} is too old: Breakglass needs ${OLDEST_NODE.join('.')} or newer`,
  )
}

/** One install or build at a time: two commands started at once must not write over each other. */
async function lock() {
  const directory = join(root, '.build', 'lock')
  mkdirSync(dirname(directory), { recursive: true })
  for (let told = false; ; ) {
    try {
      mkdirSync(directory)
      writeFileSync(join(directory, 'pid'), String(process.pid))
      return () => rmSync(directory, { recursive: true, force: true })
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
    }
    if (isAbandoned(directory)) rmSync(directory, { recursive: true, force: true })
    else if (!told) {
      told = true
      say('Waiting for another command that installs or builds …')
    }
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}

function isAbandoned(directory) {
  try {
    process.kill(Number(readFileSync(join(directory, 'pid'), 'utf8')), 0)
    return false
  } catch (error) {
    return error.code === 'ESRCH'
  }
}
