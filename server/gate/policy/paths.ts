// Where a path of a command lies: in the session's own workspace, in a scratch folder, elsewhere, on a device …
import { posix } from 'node:path'
import { globsMeet } from './globs.ts'
import { SLUG, UNKNOWN } from './text.ts'

export const PLACES = [
  /** The session's own files. */
  'workspace',
  /** /tmp, /var/tmp, /dev/shm. */
  'scratch',
  /** Everything else on this host, and every file of another one. */
  'outside',
  /** A folder without which the system does not live: /, /etc, /usr, a home … itself, not what lies deeper in it. */
  'system',
  /** The console's own data: record, logins, other sessions. */
  'console',
  /** A disk or another device that can be written. */
  'device',
  /** /dev/null and its like. */
  'nowhere',
  /** Known only when the shell runs. */
  'unknown',
] as const
export type Place = (typeof PLACES)[number]

/** Where `~` leads unless the context says otherwise. */
export const HOME = '/root'

/** What a judgement needs to know of the session that asks. */
export type PolicyContext = {
  /** The session's own folder, absolute. */
  workspace: string
  /** Where the shell stands, absolute. */
  cwd: string
  /** Where `~` leads. */
  home?: string
  /** Folders besides the workspace that are the session's own, such as its temporary one. */
  ownFolders?: readonly string[]
  /** Folders of the console's that the session may read, such as the one with the whole outputs of its calls. */
  readableFolders?: readonly string[]
  /** Where the console keeps its record. */
  dataDirectory?: string
  /**
   * Where an absolute path leads once the symbolic links on its way are followed; without it none are.
   * @param from the folder above it in which links begin to count
   * @param last whether the last name is followed as well
   */
  followLinks?: (path: string, from: string, last: boolean) => string
  /** Processes of the console itself. */
  consolePids?: readonly number[]
}

const SYSTEM = [
  '/',
  ...'bin boot dev etc home lib lib32 lib64 libx32 proc root run sbin sys usr var'
    .split(' ')
    .map((name) => `/${name}`),
  ...'bin lib lib64 libexec local sbin share'.split(' ').map((name) => `/usr/${name}`),
  ...['/var/lib', '/boot/efi', '/boot/grub', '/etc/ssh', '/lib/modules', '/usr/lib/x86_64-linux-gnu'],
]
const SCRATCH = ['/tmp', '/var/tmp', '/dev/shm']
const NOWHERE =
  /^\/dev\/(null|zero|full|u?random|tty\d*|console|ptmx|pts\/.*|std(in|out|err)|fd(\/.*)?|kmsg|log)$|^\/proc\/self\/fd\/\d+$/

/** @returns an absolute path without `.` and `..`, unknown parts in it; UNKNOWN where nothing is known of its start */
export function resolvePath(path: string, cwd: string, home: string): string {
  let whole = path
  if (whole === '~' || whole.startsWith('~/')) whole = home + whole.slice(1)
  if (whole.startsWith(UNKNOWN)) return UNKNOWN
  if (!whole.startsWith('/')) {
    if (!cwd.startsWith('/')) return UNKNOWN
    whole = `${cwd}/${whole}`
  }
  // An unknown part before `..` may be several folders deep.
  if (whole.includes(UNKNOWN) && whole.slice(whole.indexOf(UNKNOWN)).includes('/..')) return UNKNOWN
  const normal = posix.normalize(whole).replace(/^\/\//, '/')
  return normal.length > 1 && normal.endsWith('/') ? normal.slice(0, -1) : normal
}

/**
 * @param path absolute, of {@link resolvePath}
 * @param remote whether it is a path of another host or container, where nothing is the session's own
 * @param tree whether everything below is meant as well
 */
export function placeOf(path: string, context: PolicyContext, remote = false, tree = false): Place {
  if (path === UNKNOWN) return 'unknown'
  if (NOWHERE.test(path)) return 'nowhere'
  const isUncertain = path.includes(UNKNOWN)
  if (!remote) {
    // What follows an unknown part may climb out again.
    if (ownFolder(path, context) !== undefined) return isUncertain ? 'unknown' : 'workspace'
    const data = context.dataDirectory
    if (data && (within(path, data) || globsMeet(path, data))) return 'console'
    if (data && tree && within(data, path) && !isSystem(path, context)) return 'console'
  }
  if (isSystem(path, context)) return 'system'
  if (SCRATCH.some((folder) => within(path, folder) && path !== folder))
    return isUncertain ? 'unknown' : 'scratch'
  if (within(path, '/dev')) return 'device'
  return isUncertain && path.indexOf(UNKNOWN) < 2 ? 'unknown' : 'outside'
}

/** @returns the one of the session's own folders in which a path lies */
export function ownFolder(path: string, context: PolicyContext): string | undefined {
  return [context.workspace, ...(context.ownFolders ?? [])].find((folder) => within(path, folder))
}

export function within(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder === '/' ? '/' : `${folder}/`)
}

/** Also `/*`, `/???`, `/etc/*`: everything in such a folder is as good as the folder. */
function isSystem(path: string, { home = HOME }: PolicyContext): boolean {
  if (path.includes(UNKNOWN) || path.includes(SLUG)) return false
  const folder = /\/(\*|\.\*|\*\*|\.\[.*|\{.*)$/.test(path)
    ? path.slice(0, path.lastIndexOf('/')) || '/'
    : path
  const roots = [...SYSTEM, home]
  if (roots.includes(folder) || /^\/home\/[^/]+$/.test(folder)) return true
  return /[*?[]/.test(path) && roots.some((root) => root !== '/' && globsMeet(path, root))
}

/** A block device, or what can't be told from one. */
export function isDevice(path: string): boolean {
  return within(path, '/dev') && !NOWHERE.test(path) && !within(path, '/dev/shm')
}
