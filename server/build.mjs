// Builds what is stale: the server, the stream worker and the tools with esbuild, the page with Next.

import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const SOURCES = [
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
const TOOLS = ['e2e']

/**
 * @param {string} root of the project
 * @param {{ tools?: boolean, say: (line: string) => void }} options `tools` builds what tests and benchmarks run, too
 */
export async function buildStale(root, { tools = false, say }) {
  const built = []
  if (await step(root, 'console', SOURCES, () => buildConsole(root), say)) built.push('console')
  if (tools && (await step(root, 'tools', [...SOURCES, ...TOOLS], () => buildTools(root), say)))
    built.push('tools')
  return built
}

async function step(root, name, sources, build, say) {
  const stamp = join(root, '.build', `${name}.stamp`)
  const hash = hashOf(root, sources)
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return false
  say(`Building the ${name} …`)
  const begun = Date.now()
  rmSync(stamp, { force: true })
  mkdirSync(join(root, '.build'), { recursive: true })
  await build()
  writeFileSync(stamp, hash)
  say(`Built the ${name} in ${((Date.now() - begun) / 1000).toFixed(1)} s`)
  return true
}

async function buildConsole(root) {
  await bundle(root, { main: 'server/cli.ts' }, { outdir: '.build/server', format: 'esm', platform: 'node' })
  await bundle(
    root,
    { 'stream-worker': 'components/stream/worker.ts' },
    { outdir: '.build/server', format: 'iife', platform: 'browser', minify: true },
  )
  const next = spawnSync(process.execPath, [join(root, 'node_modules/next/dist/bin/next'), 'build'], {
    cwd: root,
    env: { ...process.env, NEXT_TELEMETRY_DISABLED: '1', NODE_ENV: 'production' },
    encoding: 'utf8',
    maxBuffer: 64 << 20,
  })
  if (next.status !== 0) throw new Error(`The page can't be built:\n${next.stdout}\n${next.stderr}`)
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

function hashOf(root, sources) {
  const hash = createHash('sha256')
  for (const source of sources) addTo(hash, join(root, source))
  return hash.update(process.version).digest('hex')
}

function addTo(hash, path) {
  if (/\.test\.tsx?$/.test(path) || !existsSync(path)) return
  let entries = null
  try {
    entries = readdirSync(path).sort()
  } catch {}
  if (entries === null) hash.update(path).update('\0').update(readFileSync(path)).update('\0')
  else for (const entry of entries) addTo(hash, join(path, entry))
}
