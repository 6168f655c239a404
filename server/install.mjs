// Installs what is missing: the packages of the lock file, native ones built against the running Node where needed.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/**
 * Not `npm ci`: it refuses a lock file that lacks packages for other platforms ("Missing: … from lock file"), and a
 * registry may not have them all. `--no-save` keeps the lock file as it is; versions and checksums come from it alike.
 */
const INSTALL = ['install', '--no-save', '--include=dev', '--no-fund', '--no-audit', '--loglevel=error']
/** Packages with native modules, and what shows that they can be used. */
const NATIVE = {
  'better-sqlite3': (name) => `new (require(${name}))(':memory:')`,
  'node-pty': (name) => `require(${name})`,
}

/** @param {string} root of the project */
export function isInstalled(root) {
  const stamp = stampOf(root)
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === wantedStamp(root)
}

/**
 * @param {string} root of the project
 * @param {(line: string) => void} say
 */
export function installMissing(root, say) {
  if (isInstalled(root)) return
  say('Installing packages (some minutes where SQLite has to be compiled) …')
  const begun = Date.now()
  rmSync(stampOf(root), { force: true })
  npm(root, INSTALL)
  // Packages that came with another Node stay as they are in an install.
  for (const name of Object.keys(NATIVE).filter((each) => !loads(root, each))) {
    npm(root, ['rebuild', name, '--loglevel=error'])
    if (!loads(root, name))
      throw new Error(`${name} was installed, but this Node (${process.version}) can't load it`)
  }
  writeFileSync(stampOf(root), wantedStamp(root))
  say(`Installed packages in ${((Date.now() - begun) / 1000).toFixed(0)} s`)
}

const stampOf = (root) => join(root, 'node_modules', '.breakglass-installed')

function wantedStamp(root) {
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex')
  return `${lock} ${process.platform}-${process.arch}-${process.versions.modules}`
}

function npm(root, args) {
  const { status, error, stdout, stderr } = spawnSync('npm', args, {
    cwd: root,
    env: { ...process.env, ...headersBesideNode() },
    encoding: 'utf8',
    maxBuffer: 64 << 20,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  if (error?.code === 'ENOENT')
    throw new Error('npm is not on the PATH: it comes with Node and installs the packages')
  if (status !== 0)
    throw new Error(
      `The packages can't be installed (npm ${args[0]}):\n${error?.message ?? ''}${stdout ?? ''}${stderr ?? ''}`,
    )
}

function loads(root, name) {
  const script = NATIVE[name](JSON.stringify(join(root, 'node_modules', name)))
  return spawnSync(process.execPath, ['-e', script], { stdio: 'ignore' }).status === 0
}

/** Where no prebuilt module can be downloaded it is compiled; the headers may stand beside the running Node. */
function headersBesideNode() {
  const prefix = dirname(dirname(process.execPath))
  const has = existsSync(join(prefix, 'include', 'node', 'node.h'))
  return has && !process.env.npm_config_nodedir ? { npm_config_nodedir: prefix } : {}
}
