// The command `bin/volume`: how full the volume of limited size is. Its size is what the services respect.
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const MIB = 1024 * 1024
const LARGEST = 3

/** The bytes in all files below `folder`. */
export function usedBytes(folder) {
  return filesIn(folder).reduce((sum, { bytes }) => sum + bytes, 0)
}

function filesIn(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return filesIn(path)
    const found = statSync(path, { throwIfNoEntry: false })
    return found ? [{ path, bytes: found.size }] : []
  })
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.chdir(dirname(dirname(fileURLToPath(import.meta.url))))
  const configuration = readFileSync('etc/payments-journal.conf', 'utf8')
  const size = Number(/^volume_mib\s*=\s*(\d+)/m.exec(configuration)?.[1] ?? 0) * MIB
  const files = filesIn('volume').sort((a, b) => b.bytes - a.bytes)
  const used = files.reduce((sum, { bytes }) => sum + bytes, 0)
  const mib = (bytes) => (bytes / MIB).toFixed(1).padStart(6)
  console.log(`volume   size ${mib(size)} MiB   used ${mib(used)} MiB   ${Math.round((used / size) * 100)} %`)
  for (const { path, bytes } of files.slice(0, LARGEST))
    console.log(`${mib(bytes)} MiB  ${relative('.', path)}`)
}
