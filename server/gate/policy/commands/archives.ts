// Archives and copies to and from other hosts.
import type { Call, Classifier } from '../shell/call.ts'
import { UNKNOWN } from '../text.ts'
import { write } from './files.ts'
import { readOptions } from './options.ts'

const TAR_VALUED =
  'f C T X b g I K N L F H V file directory files-from exclude-from exclude transform strip-components owner group mode checkpoint-action to-command use-compress-program rsh-command info-script new-volume-script suffix'

export const tar: Classifier = (call) => {
  const [first = '', ...others] = call.args
  // The old spelling: letters without a dash, their values in order behind.
  const args = /^[a-zA-Z]+$/.test(first) ? [...oldStyle(first, others)] : call.args
  const options = readOptions(args, TAR_VALUED)
  for (const option of [
    'to-command',
    'use-compress-program',
    'rsh-command',
    'info-script',
    'new-volume-script',
    'I',
    'F',
  ]) {
    for (const text of options.valuesOf(option))
      if (!/^(gzip|pigz|zstd|xz|lz4|bzip2|lzop)( -\S+)*$/.test(text)) call.script(text, 'tar')
  }
  for (const action of options.valuesOf('checkpoint-action')) {
    if (action.startsWith('exec=')) call.script(action.slice(5), 'tar')
  }
  const archive = options.valueOf('f', 'file')
  const folder = options.valueOf('C', 'directory') ?? '.'
  if (options.has('x', 'extract', 'get')) {
    if (archive) call.emit('read', { path: archive })
    if (options.has('O', 'to-stdout')) return undefined
    const keeps = options.has('k', 'keep-old-files', 'skip-old-files')
    call.emit(keeps ? 'create' : 'overwrite', { path: folder, note: 'It unpacks over what is there' })
    if (options.has('P', 'absolute-names'))
      call.emit('overwrite', { path: UNKNOWN, note: 'The archive says where it unpacks to' })
  } else if (options.has('c', 'create', 'r', 'append', 'u', 'update', 'A')) {
    for (const path of options.operands) call.emit('read', { path: fromFolder(folder, path), tree: true })
    if (options.has('remove-files'))
      for (const path of options.operands) call.emit('delete-tree', { path, tree: true })
    if (archive !== undefined && archive !== '-') write(call, archive)
  } else if (options.has('delete') && archive) write(call, archive)
  else if (archive) call.emit('read', { path: archive })
  return undefined
}

function* oldStyle(letters: string, others: readonly string[]) {
  const rest = [...others]
  for (const letter of letters) {
    yield `-${letter}`
    if ('fCTXbgIKNLFHV'.includes(letter)) yield rest.shift() ?? UNKNOWN
  }
  yield* rest
}

function fromFolder(folder: string, path: string): string {
  return folder === '.' || path.startsWith('/') ? path : `${folder}/${path}`
}

export const unzip: Classifier = (call) => {
  const options = readOptions(call.args, 'd x P')
  const [archive] = options.operands
  if (archive) call.emit('read', { path: archive })
  if (options.has('l', 'p', 't', 'v', 'Z', 'z')) return undefined
  call.emit(options.has('n') ? 'create' : 'overwrite', { path: options.valueOf('d') ?? '.' })
  return undefined
}

export const zip: Classifier = (call) => {
  const options = readOptions(call.args, 'x i b n P TT unzip-command')
  const [archive, ...paths] = options.operands
  for (const path of paths) call.emit('read', { path, tree: true })
  if (options.has('m', 'move')) for (const path of paths) call.emit('delete-tree', { path, tree: true })
  if (options.has('TT', 'unzip-command')) call.emit('unseen-code')
  if (archive && archive !== '-') write(call, archive)
  return undefined
}

const REMOTE = /^(?:[^/:]+@)?(\[[^\]]+\]|[^/:[\]]+)::?/

/** `host:path`, as scp and rsync write it. */
export function hostOf(path: string): string | null {
  if (/^(rsync|ssh|sftp|scp):\/\//.test(path)) return path.replace(/^\w+:\/\/(?:[^@/]*@)?([^:/]*).*/, '$1')
  return REMOTE.exec(path)?.[1] ?? null
}

function copyBetweenHosts(call: Call, sources: readonly string[], target: string, tree: boolean) {
  for (const path of sources) {
    const host = hostOf(path)
    if (host === null) call.emit('read', { path, tree })
    else call.emit('connect', { host })
  }
  const host = hostOf(target)
  if (host === null) write(call, target)
  else call.emit('remote-change', { host, note: 'It copies over what is there' })
}

export const scp: Classifier = (call) => {
  const options = readOptions(call.args, `c F i J l o P S D X ${call.program === 'sftp' ? 'b B R s' : ''}`)
  for (const text of [...options.valuesOf('S'), ...proxyOf(options.valuesOf('o'))])
    call.script(text, call.program)
  const target = options.operands.at(-1)
  if (options.operands.length > 1 && target) {
    copyBetweenHosts(call, options.operands.slice(0, -1), target, options.has('r'))
  } else if (call.program === 'sftp') {
    call.emit('connect', { host: hostOf(target ?? '') ?? target ?? UNKNOWN })
    if (call.stdin !== '' || options.has('b')) call.emit('remote-change', { host: target ?? UNKNOWN })
  }
  return undefined
}

/** The commands in ssh options. */
export function proxyOf(settings: readonly string[]): string[] {
  return settings.flatMap((setting) => {
    const [, name = '', value = ''] = /^\s*(\w+)\s*[= ]\s*([\s\S]*)$/.exec(setting) ?? []
    return /^(ProxyCommand|LocalCommand|KnownHostsCommand|Match)$/i.test(name) && value !== 'none'
      ? [value]
      : []
  })
}

const RSYNC_VALUED =
  'e f B T M rsh rsync-path exclude exclude-from include include-from files-from filter bwlimit partial-dir backup-dir suffix temp-dir compare-dest link-dest log-file port timeout chmod chown password-file out-format max-size min-size'

export const rsync: Classifier = (call) => {
  const options = readOptions(call.args, RSYNC_VALUED)
  for (const text of options.valuesOf('e', 'rsh', 'rsync-path')) call.script(text, 'rsync -e', {}, '')
  const [first = ''] = options.operands
  if (options.has('n', 'dry-run', 'list-only') || options.operands.length < 2) {
    for (const path of options.operands) if (hostOf(path) === null) call.emit('read', { path, tree: true })
    const host = hostOf(first)
    if (host) call.emit('connect', { host })
    return undefined
  }
  const target = options.operands.at(-1) ?? UNKNOWN
  const sources = options.operands.slice(0, -1)
  copyBetweenHosts(call, sources, target, true)
  const deletes = options.flags.some(({ name }) => /^(del|delete)/.test(name))
  if (deletes && hostOf(target) === null) call.emit('delete-tree', { path: target, tree: true })
  if (deletes && hostOf(target) !== null) call.emit('remote-remove', { host: hostOf(target) ?? UNKNOWN })
  if (options.has('remove-source-files'))
    for (const path of sources) call.emit('delete-tree', { path, tree: true })
  return undefined
}
