// Disks, partitions, volumes and file systems.
import { isDevice } from '../paths.ts'
import { type Call, type Classifier, resolveIn } from '../shell/call.ts'
import { UNKNOWN } from '../text.ts'
import { readOptions } from './options.ts'

/** Whether an operand is a device, or may be one. */
function mayBeDevice(call: Call, path: string): boolean {
  const resolved = resolveIn(call.run, call.shell, path)
  return isDevice(resolved) || resolved === UNKNOWN
}

/** Writes a new file system, swap area or key over what there was. */
const makeFileSystem: Classifier = (call) => {
  const options = readOptions(call.args, 't L U b N i m O E I T l d s n type label uuid')
  if (
    options.has('V', 'version') ||
    (options.has('n') && call.program.startsWith('mkfs.ext') && options.operands.length === 0)
  )
    return undefined
  const [path = UNKNOWN] = options.operands
  call.emit(mayBeDevice(call, path) ? 'wipe-disk' : 'overwrite', { path })
  return undefined
}

const wipefs: Classifier = (call) => {
  const options = readOptions(call.args, 'o t offset types O output backup')
  const wipes = options.has('a', 'all', 'o', 'offset') && !options.has('n', 'no-act')
  for (const path of options.operands)
    call.emit(!wipes ? 'look' : mayBeDevice(call, path) ? 'wipe-disk' : 'overwrite', { path })
  return undefined
}

const discard: Classifier = (call) => {
  const path = readOptions(call.args, 'o l p s offset length step').operands.at(-1) ?? UNKNOWN
  call.emit('wipe-disk', { path })
  return undefined
}

const partitioner: Classifier = (call) => {
  const { args, stdin, program } = call
  const [device = UNKNOWN] = readOptions(args, 'u C H S b t L a d n c o unit').operands
  const words = args.join(' ')
  if (program === 'parted') {
    const [, ...verbs] = readOptions(args, 'a align').operands
    if (/\b(mklabel|mktable)\b/.test(words))
      call.emit('wipe-disk', { path: device, note: 'A new partition table' })
    else if (
      /-l\b|--list/.test(words) ||
      verbs.every((verb) =>
        /^(print|unit|free|all|devices|list|quit|align-check|help|\w?i?B|s|%|cyl)$/.test(verb),
      )
    ) {
      if (stdin !== '' && verbs.length === 0) call.emit('partition', { path: device })
    } else call.emit('partition', { path: device })
    return undefined
  }
  if (/(^|\s)(-Z|-z|--zap|--zap-all|-o|--clear|--delete)(\s|$)/.test(words)) {
    call.emit('wipe-disk', { path: device, note: 'The partition table goes' })
    return undefined
  }
  const looks =
    /(^|\s)(-l|--list|-p|--print|-d|--dump|-i|--info|-s|--show-size|-v|-V|--verify|--version|-x|-J|--json|-O|-F|--list-free)(=\S+)?(\s|$)/
  if (looks.test(words) && !/(^|\s)-[ntdD] ?\d/.test(words)) return undefined
  if (program === 'fdisk' && stdin === '' && args.length <= 1) return undefined
  call.emit('partition', { path: device })
  return undefined
}

const check: Classifier = (call) => {
  const options = readOptions(call.args, 't b B j E C I L o l m')
  if (call.program === 'xfs_repair' && options.has('L'))
    call.emit('repair-disk', { note: 'It throws the journal away' })
  else if (options.has('n', 'N', 'V') || call.args.length === 0) return undefined
  else call.emit('repair-disk', { path: options.operands.at(-1) ?? UNKNOWN })
  return undefined
}

const cryptsetup: Classifier = (call) => {
  const [verb = ''] = readOptions(call.args, 'c h s S d key-file key-slot type cipher hash').operands
  if (/^(luksFormat|erase|luksErase|reencrypt|create)$/i.test(verb))
    call.emit('wipe-disk', { path: call.args.find((arg) => arg.startsWith('/dev')) ?? UNKNOWN })
  else if (
    /^(luksAddKey|luksRemoveKey|luksKillSlot|luksChangeKey|luksConvertKey|luksHeaderRestore|convert|config)$/i.test(
      verb,
    )
  )
    call.emit('credential')
  else if (/^(open|luksOpen|resize|refresh)$/i.test(verb)) call.emit('mount')
  else if (/^(close|luksClose|remove|luksSuspend)$/i.test(verb)) call.emit('volume-change')
  else if (!/^(status|luksDump|isLuks|luksUUID|benchmark|)$/i.test(verb)) call.emit('volume-remove')
  return undefined
}

const mdadm: Classifier = (call) => {
  const words = call.args.join(' ')
  const says = (pattern: RegExp) => pattern.test(` ${words} `)
  if (says(/ --zero-superblock /)) call.emit('wipe-disk', { note: 'The member forgets its array' })
  else if (says(/ (--create|-C|--build|-B|--grow|-G) /))
    call.emit('volume-remove', { note: 'It writes over the members' })
  else if (says(/ (--stop|-S|--fail|-f|--remove|-r|--set-faulty|--replace) /)) call.emit('volume-remove')
  else if (says(/ (--assemble|-A|--add|-a|--re-add|--run|-R|--readwrite|-w|--incremental|-I) /))
    call.emit('volume-grow')
  else if (
    !says(
      / (--detail|-D|--examine|-E|--query|-Q|--detail-platform|--examine-bitmap|-X|--version|-V|--help|--monitor|--scan|-s|--test) /,
    )
  )
    call.emit('volume-remove')
  return undefined
}

const nvme: Classifier = (call) => {
  const [verb = 'list', device = UNKNOWN] = call.args
  if (/^(format|sanitize|write-zeroes|write|write-uncor|delete-ns|dsm|copy|security-send)$/.test(verb))
    call.emit('wipe-disk', { path: device })
  else if (
    !/^(list.*|smart-log|id-.*|error-log|fw-log|get-.*|show-regs|effects-log|version|help|self-test-log|ana-log|telemetry-log|read)$/.test(
      verb,
    )
  )
    call.emit('volume-remove')
  return undefined
}

const hdparm: Classifier = (call) => {
  const words = call.args.join(' ')
  if (/--security-erase|--trim-sector|--write-sector|--make-bad-sector|--yes-i-know|--dco|-N\s?p/.test(words))
    call.emit('wipe-disk', { path: call.args.at(-1) ?? UNKNOWN })
  else if (/(^|\s)-[ABDEKMPSWXYZyduamcQ]\d/.test(words) || /(^|\s)-[yYZ]\b/.test(words)) call.emit('setting')
  return undefined
}

const badblocks: Classifier = (call) => {
  const options = readOptions(call.args, 'b c d e i o p t')
  if (options.has('w')) call.emit('wipe-disk', { path: options.operands[0] ?? UNKNOWN })
  else if (options.has('n')) call.emit('repair-disk', { path: options.operands[0] ?? UNKNOWN })
  return undefined
}

const mount: Classifier = (call) => {
  const options = readOptions(call.args, 't o L U O T types options')
  if (options.operands.length === 0 && !options.has('a', 'all', 'o', 'L', 'U')) return undefined
  if (options.has('l', 'show-labels') && options.operands.length === 0) return undefined
  // From then on the same files have two names.
  if (options.has('B', 'bind', 'R', 'rbind') || /bind/.test(options.valueOf('o', 'options') ?? '')) {
    call.emit('link-out', { path: options.operands[0] ?? '/' })
  }
  call.emit('mount', { path: options.operands.at(-1) ?? '/' })
  return undefined
}

const unmount: Classifier = (call) => {
  const options = readOptions(call.args, 't O')
  call.emit(options.has('l', 'lazy', 'f', 'force', 'a', 'all') ? 'unmount-by-force' : 'mount', {
    path: options.operands[0] ?? '/',
  })
  return undefined
}

const tune: Classifier = (call) => {
  if (!call.args.includes('-l') && call.args.length > 0)
    call.emit('repair-disk', { path: call.args.at(-1) ?? UNKNOWN })
  return undefined
}

const swap: Classifier = (call) => {
  if (call.args.length > 0 && !call.args.some((arg) => /^(-s|--show.*|-V|--summary)$/.test(arg)))
    call.emit('mount')
  return undefined
}

const debug: Classifier = (call) => {
  if (call.args.includes('-w')) call.emit('repair-disk', { path: call.args.at(-1) ?? UNKNOWN })
  return undefined
}

const each = (names: string, classifier: Classifier) =>
  names.split(' ').map((name): [string, Classifier] => [name, classifier])

export const disks: [string, Classifier][] = [
  ...each(
    'mkfs mke2fs mkswap mkntfs mkdosfs mkfs.ext2 mkfs.ext3 mkfs.ext4 mkfs.xfs mkfs.btrfs mkfs.vfat mkfs.fat mkfs.f2fs mkfs.ntfs mkfs.exfat mkfs.bfs mkfs.cramfs mkfs.minix mkfs.gfs2 mkfs.ocfs2 mkfs.erofs mkfs.reiserfs mkfs.jfs',
    makeFileSystem,
  ),
  ['wipefs', wipefs],
  ...each('blkdiscard scrub nwipe', discard),
  ...each(
    'fdisk sfdisk cfdisk gdisk sgdisk cgdisk parted partprobe',
    (call) => (call.program === 'partprobe' ? call.emit('mount') : partitioner(call)) ?? undefined,
  ),
  ...each(
    'fsck fsck.ext2 fsck.ext3 fsck.ext4 fsck.xfs fsck.vfat fsck.fat fsck.btrfs e2fsck xfs_repair',
    check,
  ),
  ['cryptsetup', cryptsetup],
  ['mdadm', mdadm],
  ['nvme', nvme],
  ['hdparm', hdparm],
  ['badblocks', badblocks],
  ['mount', mount],
  ['umount', unmount],
  ['tune2fs', tune],
  ['e2label', tune],
  ['xfs_admin', tune],
  ...each('swapon swapoff losetup', swap),
  ...each('debugfs xfs_db', debug),
]
