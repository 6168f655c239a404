// Programs that make, change and remove files.
import { isDevice, placeOf } from '../paths.ts'
import { type Call, type Classifier, resolveIn } from '../shell/call.ts'
import { UNKNOWN } from '../text.ts'
import { readOptions } from './options.ts'

/** Names under which people keep what they are about to change. */
const BACKUP_NAME =
  /(\.(bak|orig|old|save|saved|backup|before|broken|disabled|off|prev)[^/]*|~|[-_.](bak|backup|old|orig|before|broken)[^/]*|[-_.]\d{4}-?\d\d-?\d\d[^/]*|\.\uE001)$/i

/** A file gets new content; onto a device that wipes it. */
export function write(call: Call, path: string, act: 'overwrite' | 'append' | 'create' = 'overwrite') {
  const resolved = resolveIn(call.run, call.shell, path)
  if (isDevice(resolved)) call.emit('wipe-disk', { path })
  else call.emit(act, { path })
}

const remove: Classifier = (call) => {
  const options = readOptions(call.args)
  const tree = options.has('r', 'R', 'recursive')
  const note = options.operands.some((path) => /^\uE000\/?[*.]?$/.test(path))
    ? { note: 'Were the unknown part empty, it would be the root' }
    : {}
  for (const path of options.operands) call.emit(tree ? 'delete-tree' : 'delete', { path, tree, ...note })
  return ''
}

const shred: Classifier = (call) => {
  for (const path of readOptions(call.args, 'n s iterations size random-source').operands) {
    const resolved = resolveIn(call.run, call.shell, path)
    call.emit(isDevice(resolved) || resolved === UNKNOWN ? 'wipe-disk' : 'delete', { path })
  }
  return ''
}

/** Where cp, mv, install and ln write to, and what they take. */
function transfer(call: Call, valued: string) {
  const options = readOptions(call.args, `t S target-directory suffix ${valued}`)
  const folder = options.valueOf('t', 'target-directory')
  const sources = folder === undefined ? options.operands.slice(0, -1) : options.operands
  const target = folder ?? options.operands.at(-1) ?? UNKNOWN
  return { options, sources, target }
}

function writeTarget(call: Call, { options, sources, target }: ReturnType<typeof transfer>) {
  const keeps =
    options.has('n', 'no-clobber', 'b', 'backup') ||
    options.flags.some(({ name }) => name.startsWith('update=none'))
  if (keeps || BACKUP_NAME.test(target)) write(call, target, 'create')
  else {
    // Into a folder: the file of the same name there is replaced.
    const name = sources.length === 1 ? sources[0]?.replace(/\/+$/, '').split('/').pop() : undefined
    write(call, target.endsWith('/') && name ? target + name : target)
  }
}

const copy: Classifier = (call) => {
  const found = transfer(call, 'm mode o owner g group')
  if (call.program === 'install' && found.options.has('d', 'directory')) {
    for (const path of found.options.operands) call.emit('create', { path })
    return ''
  }
  for (const path of found.sources)
    call.emit('read', { path, tree: found.options.has('r', 'R', 'a', 'recursive', 'archive') })
  if (found.sources.length > 0) writeTarget(call, found)
  return ''
}

const move: Classifier = (call) => {
  const found = transfer(call, '')
  for (const path of found.sources) call.emit('move', { path, tree: true })
  if (found.sources.length > 0) writeTarget(call, found)
  replaceNode(call, found.target)
  return ''
}

/** What is moved onto `/dev/null`, or linked there, takes its place. */
function replaceNode(call: Call, target: string) {
  const resolved = resolveIn(call.run, call.shell, target)
  if (resolved.startsWith('/dev/')) call.emit('delete', { path: target, note: 'It takes its place' })
}

const link: Classifier = (call) => {
  const found = transfer(call, '')
  const [source = ''] = found.sources
  const target = found.sources.length > 0 ? found.target : (found.target.split('/').pop() ?? UNKNOWN)
  const replaces = found.options.has('f', 'force')
  call.emit(replaces ? 'overwrite' : 'create', { path: target })
  if (replaces) replaceNode(call, target)
  const context = call.run.context
  const placeFor = (path: string) =>
    placeOf(resolveIn(call.run, call.shell, path), context, call.shell.remote)
  // A relative one counts from where the link stands.
  const symbolic = found.options.has('s', 'symbolic') && !found.options.has('r', 'relative')
  const folder = symbolic && !source.startsWith('/') ? `${target}/../` : ''
  if (
    source !== '' &&
    placeFor(target) === 'workspace' &&
    !['workspace', 'nowhere'].includes(placeFor(folder + source))
  ) {
    call.emit('link-out', { path: folder + source })
  }
  return ''
}

const make: Classifier = (call) => {
  for (const path of readOptions(call.args, 'm mode Z context d t r date time reference').operands)
    call.emit('create', { path })
  return ''
}

const makeTemporary: Classifier = (call) => {
  const options = readOptions(call.args, 'p tmpdir suffix')
  const [name = 'tmp.XXXXXXXXXX'] = options.operands
  const folder = options.valueOf('p', 'tmpdir') ?? '/tmp'
  const path = name.startsWith('/')
    ? name
    : options.operands.length > 0 && !options.has('p', 't', 'tmpdir')
      ? name
      : `${folder}/${name}`
  call.emit('create', { path })
  return `${path}\n`
}

const truncate: Classifier = (call) => {
  const options = readOptions(call.args, 's r l o size reference length offset')
  for (const path of options.operands) write(call, path)
  return ''
}

const tee: Classifier = (call) => {
  const options = readOptions(call.args)
  for (const path of options.operands) {
    if (/^>\(/.test(path)) continue
    write(call, path, options.has('a', 'append') ? 'append' : 'overwrite')
  }
  return call.stdin
}

const dd: Classifier = (call) => {
  const operands = new Map(call.args.map((arg) => [arg.split('=')[0] ?? '', arg.slice(arg.indexOf('=') + 1)]))
  const from = operands.get('if')
  const to = operands.get('of') ?? operands.get('wipe') ?? operands.get('hwipe') ?? operands.get('hof')
  if (from) call.emit('read', { path: from })
  if (to === undefined) return undefined
  const resolved = resolveIn(call.run, call.shell, to)
  call.emit(isDevice(resolved) || resolved === UNKNOWN ? 'wipe-disk' : 'overwrite', { path: to })
  return ''
}

const permissions: Classifier = (call) => {
  const { program } = call
  const options = readOptions(
    // chattr's attributes begin with a sign.
    program === 'chattr'
      ? ['', ...call.args.filter((arg) => arg === '-R' || !/^[-+=]/.test(arg))]
      : call.args,
    `reference from context ${program === 'setfacl' ? 'm x M X modify remove modify-file remove-file set set-file restore' : ''}`,
  )
  // These say what to do by options, or need no word for it.
  const byReference = options.has('reference') || /^(setfacl|restorecon)$/.test(program)
  const isMode = program === 'chmod'
  // chmod's mode may begin with a dash.
  const modes = isMode ? call.args.filter((arg) => /^-[rwxXst]+(,|$)/.test(arg)) : []
  const [first = '', ...rest] = options.operands
  const mode = modes[0] ?? first
  const paths = byReference || modes.length > 0 ? options.operands : rest
  const tree = options.has('R', 'recursive')
  const clears = program === 'setfacl' && options.has('b', 'k', 'remove-all', 'remove-default')
  const becomesOwner = isMode && (/[ug]*[+=][rwxX]*s|^[2467]\d{3}$/.test(mode) || /setuid|cap_/.test(mode))
  const shutsOut = isMode && /^0*$/.test(mode) && mode !== ''
  for (const path of paths) {
    if (becomesOwner)
      call.emit('run-as-owner', { path, note: 'The file would run with the rights of its owner' })
    if (shutsOut && !tree) call.emit('shut-out', { path, note: 'Nobody but root could use it' })
    else call.emit(tree || clears ? 'permissions-tree' : 'permissions', { path, tree })
  }
  return ''
}

/** Compressors replace a file by another one next to it. */
const compress: Classifier = (call) => {
  const options = readOptions(call.args, 'S suffix T threads')
  const onlyReads =
    options.has('c', 'stdout', 'to-stdout', 'l', 'list', 't', 'test') || options.operands.length === 0
  for (const path of options.operands) {
    call.emit('read', { path })
    const act = options.has('f', 'force') ? 'overwrite' : options.has('k', 'keep') ? 'create' : 'move'
    if (!onlyReads) call.emit(act, { path })
  }
  return undefined
}

const split: Classifier = (call) => {
  const [source, prefix = 'x'] = readOptions(
    call.args,
    'a b C l n f k suffix-length bytes lines number filter prefix',
  ).operands
  if (source) call.emit('read', { path: source })
  call.emit('create', { path: prefix })
  return ''
}

const patch: Classifier = (call) => {
  const options = readOptions(call.args, 'p d i o directory input output strip')
  if (options.has('dry-run')) return undefined
  const folder = options.valueOf('d', 'directory') ?? '.'
  // Which files it changes stands in the patch.
  call.emit('edit', { path: folder })
  return ''
}

export const files: [string, Classifier][] = [
  ...'rm rmdir unlink srm'.split(' ').map((name): [string, Classifier] => [name, remove]),
  ['shred', shred],
  ['cp', copy],
  ['install', copy],
  ['mv', move],
  [
    'rename',
    (call) => {
      call.emit('move', { path: '.' })
      return ''
    },
  ],
  ['ln', link],
  ...'mkdir touch mkfifo mknod'.split(' ').map((name): [string, Classifier] => [name, make]),
  ['mktemp', makeTemporary],
  ['truncate', truncate],
  ['fallocate', truncate],
  ['tee', tee],
  ['sponge', tee],
  ['dd', dd],
  ['dcfldd', dd],
  ['dc3dd', dd],

  ...'chmod chown chgrp setfacl setcap chattr chcon restorecon'
    .split(' ')
    .map((name): [string, Classifier] => [name, permissions]),
  ...'gzip gunzip bzip2 bunzip2 xz unxz zstd unzstd lz4 pigz'
    .split(' ')
    .map((name): [string, Classifier] => [name, compress]),
  ['split', split],
  ['csplit', split],
  ['patch', patch],
]
