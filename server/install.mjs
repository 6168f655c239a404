// Installs what is missing: the packages of the lock file, native ones built against the running Node where needed.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/**
 * @param {string} root of the project
 * @param {(line: string) => void} say
 * @returns {boolean} whether anything had to be installed
 */
export function installMissing(root, say) {
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .update(process.version)
    .digest('hex')
  const stamp = join(root, 'node_modules', '.breakglass-installed')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return false
  say('Installing packages …')
  const begun = Date.now()
  const npm = spawnSync(
    'npm',
    ['install', '--no-save', '--include=dev', '--no-fund', '--no-audit', '--loglevel=error'],
    {
      cwd: root,
      env: { ...process.env, ...headersBesideNode() },
      encoding: 'utf8',
      maxBuffer: 64 << 20,
    },
  )
  if (npm.status !== 0) {
    throw new Error(
      `The packages can't be installed (npm ci):\n${npm.error?.message ?? ''}${npm.stdout ?? ''}${npm.stderr ?? ''}`,
    )
  }
  writeFileSync(stamp, lock)
  say(`Installed packages in ${((Date.now() - begun) / 1000).toFixed(0)} s`)
  return true
}

/** Where no prebuilt module can be downloaded it is compiled; the headers may stand beside the running Node. */
function headersBesideNode() {
  const prefix = dirname(dirname(process.execPath))
  const has = existsSync(join(prefix, 'include', 'node', 'node.h'))
  return has && !process.env.npm_config_nodedir ? { npm_config_nodedir: prefix } : {}
}
