// Builds what is stale: the server, the stream worker and the tools with esbuild, the page with Next.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const SERVER = ['components/stream', 'db', 'lib', 'server', 'package-lock.json']
const PAGE = [
  'app',
  'components',
  'db',
  'lib',
  'server',
  'next.config.ts',
  'package-lock.json',
  'package.json',
  'tsconfig.json',
]

/** What is built of which sources, in order; each has a stamp that holds the hash of what it was built of. */
const STEPS = [
  { name: 'server', sources: SERVER, build: buildServer },
  { name: 'page', sources: PAGE, build: buildPage },
  { name: 'tools', sources: [...SERVER, 'e2e'], build: buildTools },
]

/**
 * @param {string} root of the project
 * @param {{ page: boolean, tools: boolean }} wanted besides the server: the page, and what tests and benchmarks run
 * @returns the steps that have to be taken
 */
export function staleSteps(root, wanted) {
  const hashes = new Map()
  return STEPS.filter(({ name }) => name === 'server' || wanted[name])
    .map((step) => ({
      ...step,
      stamp: join(root, '.build', `${step.name}.stamp`),
      hash: hashOf(root, step.sources, hashes),
    }))
    .filter(({ stamp, hash }) => !existsSync(stamp) || readFileSync(stamp, 'utf8') !== hash)
}

/**
 * @param {string} root of the project
 * @param {{ page: boolean, tools: boolean }} wanted as in staleSteps
 * @param {(line: string) => void} say
 */
export async function buildStale(root, wanted, say) {
  const steps = staleSteps(root, wanted)
  if (steps.length === 0) return
  const begun = Date.now()
  say(`Building the ${steps.map(({ name }) => name).join(', ')} …`)
  for (const { stamp, hash, build } of steps) {
    // Gone while it is built: what an interrupted build leaves is not taken for a whole one.
    rmSync(stamp, { force: true })
    mkdirSync(join(root, '.build'), { recursive: true })
    await build(root)
    writeFileSync(stamp, hash)
  }
  say(`Built in ${((Date.now() - begun) / 1000).toFixed(1)} s`)
}

async function buildServer(root) {
  await bundle(root, { main: 'server/cli.ts' }, { outdir: '.build/server', format: 'esm', platform: 'node' })
  await bundle(
    root,
    { 'stream-worker': 'components/stream/worker.ts' },
    { outdir: '.build/server', format: 'iife', platform: 'browser', minify: true },
  )
}

async function buildPage(root) {
  const next = spawn(process.execPath, [join(root, 'server', 'build-page.mjs'), root], {
    cwd: root,
    env: { ...process.env, NEXT_TELEMETRY_DISABLED: '1', NODE_ENV: 'production' },
    stdio: 'pipe',
  })
  let output = ''
  for (const stream of [next.stdout, next.stderr]) {
    stream.on('data', (chunk) => {
      output += chunk
    })
  }
  const status = await untilClosed(next)
  if (status !== 0) throw new Error(`The page can't be built:\n${output}`)
}

/** A build ends with the command that wanted it, and the command with the signal it was told. */
async function untilClosed(child) {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
  const end = (signal) => {
    child.kill('SIGKILL')
    child.once('close', () => {
      for (const each of signals) process.off(each, end)
      process.kill(process.pid, signal)
    })
  }
  for (const signal of signals) process.on(signal, end)
  const status = await new Promise((resolve) => child.once('close', resolve))
  for (const signal of signals) process.off(signal, end)
  return status
}

async function buildTools(root) {
  const entries = Object.fromEntries(
    readdirSync(join(root, 'e2e'))
      .filter((name) => name.endsWith('.tool.ts'))
      .map((name) => [name.replace('.tool.ts', ''), `e2e/${name}`]),
  )
  await bundle(root, entries, { outdir: '.build/tools', format: 'esm', platform: 'node' })
}

async function bundle(root, entryPoints, options) {
  const { build } = await import('esbuild')
  const outputs =
    options.platform === 'node'
      ? { packages: 'external', target: 'node20', sourcemap: true }
      : { target: 'es2022' }
  await build({ absWorkingDir: root, entryPoints, bundle: true, logLevel: 'warning', ...outputs, ...options })
}

/** @param {Map<string, string>} hashes of what was read before */
function hashOf(root, sources, hashes) {
  const hash = createHash('sha256').update(root)
  for (const source of sources) {
    if (!hashes.has(source)) {
      const one = createHash('sha256')
      addTo(one, root, source)
      hashes.set(source, one.digest('hex'))
    }
    hash.update(source).update(hashes.get(source))
  }
  return hash.digest('hex')
}

function addTo(hash, root, path) {
  if (/\.test\.tsx?$/.test(path)) return
  const file = join(root, path)
  if (!existsSync(file)) return
  let entries = null
  try {
    entries = readdirSync(file).sort()
  } catch {}
  if (entries === null) hash.update(path).update('\0').update(readFileSync(file)).update('\0')
  else for (const entry of entries) addTo(hash, root, `${path}/${entry}`)
}
