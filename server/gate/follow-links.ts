// Where a path leads when the symbolic links on its way are followed, also one of which nothing exists yet.
import { readlinkSync } from 'node:fs'
import { posix } from 'node:path'

/** Most links that are followed on one way, as the kernel does. */
const LINKS = 40

/**
 * Contract: never throws. What can't be read is taken as it is written.
 *
 * @param path absolute and normal; names with wildcards in them are taken for plain ones
 * @param from the folder above it in which links begin to count
 * @param last whether the last name is followed as well
 */
export function followLinks(path: string, from: string, last: boolean): string {
  const names = path
    .slice(from.length)
    .split('/')
    .filter((name) => name !== '')
  let links = 0
  let at = from
  while (names.length > 0) {
    const next = posix.join(at, names.shift() ?? '')
    const target = names.length > 0 || last ? readLink(next) : null
    if (target === null) at = next
    else if (++links > LINKS) return path
    else {
      names.unshift(...target.split('/').filter((name) => name !== ''))
      if (target.startsWith('/')) at = '/'
    }
  }
  return at
}

/** @returns null where there is no link */
function readLink(path: string): string | null {
  try {
    return readlinkSync(path)
  } catch {
    return null
  }
}
