// Programs that look and print. Those that show what stands in files are told apart, for the sake of secrets.
import type { Classifier } from '../shell/call.ts'
import { format } from '../shell/print.ts'
import { isKnown, UNKNOWN } from '../text.ts'
import { tellMoreThanLooking } from './looking-options.ts'
import { readOptions } from './options.ts'

/** Nothing but information comes of these, whatever their words. */
const LOOKING =
  'ls ll dir vdir tree stat file readlink realpath basename dirname du df lsblk blkid findmnt lsof fuser ps top htop atop iotop iftop nethogs free vmstat iostat mpstat sar pidstat uptime w who whoami last lastb lastlog users id groups getent hostname uname arch nproc lscpu lsmem lspci lsusb lsmod lshw dmidecode modinfo sensors dmesg pgrep pidof pstree pmap lsns ipcs getconf locale tty stty date cal sleep wait ss netstat dig host nslookup drill kdig whois ping ping6 fping arping traceroute traceroute6 tracepath mtr ethtool mii-tool nmap arp lldpctl which whereis whatis apropos man info help tput clear reset seq true false yes test expr factor lvs vgs pvs lvdisplay vgdisplay pvdisplay lvmdiskscan smartctl lsattr getfacl getcap namei getfattr getenforce sestatus aa-status seinfo sesearch ausearch aureport systemd-analyze systemd-cgls systemd-cgtop systemd-detect-virt systemd-path coredumpctl bootctl ntpq ntpstat needrestart checkrestart debsums pg_isready pg_lsclusters pg_controldata pg_waldump mysqlshow nproc numastat slabtop bc conntrack shellcheck varnishstat varnishlog uuidgen pwgen mcookie apachetop goaccess named-checkconf named-checkzone promtool amtool logger logname printenv locate dumpe2fs xfs_info xfs_quota e2freefrag filefrag repquota quota lsinitramfs lsinitrd ipcalc sipcalc httping bmon vnstat pv kubectx kubens stern ulimit locale lsscsi sg_map sginfo apt-file debsecan lynis delv nvidia-smi rocm-smi virt-what lsipc lslocks lslogins prtstat vmtouch bashtop btop glances dstat nmon'

/** They show their input, and the files that they are given. */
const SHOWING =
  'cat tac head tail less more most bat zcat zless zmore bzcat xzcat zstdcat lz4cat nl od xxd hexdump strings wc sort uniq cut paste column fold fmt pr expand unexpand comm cmp diff sdiff diff3 colordiff md5sum sha1sum sha224sum sha256sum sha384sum sha512sum b2sum cksum sum rev shuf tsort look iconv jq yq xmllint csvlook mlr fx gron base32 base64 basenc zdiff zcmp lessecho ccze multitail lnav sum crc32 jless hd uudecode uuencode ts numfmt envsubst msgfmt visidata readelf objdump nm ldd size addr2line c++filt pdftotext tr'

const SEARCHING =
  'grep egrep fgrep rgrep zgrep zegrep zfgrep bzgrep xzgrep rg ag ack pcregrep pcre2grep ugrep'

/** Their options that take a value. One too many would hide a file that is shown. */
const SHOWING_VALUED: Record<string, string> = {
  head: 'n c lines bytes',
  tail: 'n c s lines bytes pid sleep-interval',
  cut: 'b c d f bytes characters delimiter fields output-delimiter',
  paste: 'd delimiters',
  sort: 'k S t T o key field-separator output buffer-size parallel',
  shuf: 'n i o head-count input-range output',
  uniq: 'f s w skip-fields skip-chars check-chars',
  fold: 'w width',
  nl: 'b d f h i l n s v w',
  od: 'A j N S t w',
  xxd: 'c g l o s',
  hexdump: 'e f n s',
  strings: 'n t e',
  column: 's o N t c',
  pr: 'l w o h',
  base64: 'w wrap',
  base32: 'w wrap',
  iconv: 'f t o from-code to-code output',
  jq: 'indent arg argjson slurpfile rawfile from-file L',
  diff: 'U C I x X unified context exclude',
  sdiff: 'w o',
  less: 'p t',
  bat: 'l r language line-range',
}

const show: Classifier = (call) => {
  const { args, program, stdin } = call
  tellMoreThanLooking(call)
  const options = readOptions(args, SHOWING_VALUED[program] ?? '')
  const filters = /^(jq|yq|tr|mlr|fx|gron|numfmt|envsubst|seq)$/.test(program) && !options.has('from-file')
  const paths =
    program === 'tr' || program === 'envsubst' ? [] : filters ? options.operands.slice(1) : options.operands
  for (const path of paths) if (path !== '-') call.emit('read', { path })
  for (const name of program === 'jq' ? ['--slurpfile', '--rawfile'] : []) {
    const path = args[args.indexOf(name) + 2]
    if (args.includes(name) && path !== undefined) call.emit('read', { path })
  }
  const output = /^(sort|xxd|shuf|iconv|uniq)$/.test(program)
    ? outputOf(program, args, options.operands)
    : undefined
  if (output !== undefined) call.emit('overwrite', { path: output })
  if (
    (program === 'yq' && options.has('inplace', 'in-place')) ||
    (program === 'yq' && args.some((arg) => /^-\w*i$/.test(arg)))
  )
    for (const path of paths) call.emit('overwrite', { path })
  if (program === 'sort' && options.has('compress-program')) call.emit('unseen-code')
  return paths.length === 0 ? transformed(program, args, stdin) : piped(call.run.pipes, paths)
}

function outputOf(program: string, args: readonly string[], operands: readonly string[]): string | undefined {
  if (program === 'sort' || program === 'shuf' || program === 'iconv')
    return readOptions(args, 'k t S T o f output key').valueOf('o', 'output')
  return operands[1]
}

/** What is printed of known input, for the filters with which text is hidden most. */
function transformed(program: string, args: readonly string[], input: string): string | undefined {
  if (input === '') return undefined
  if (!isKnown(input)) return program === 'cat' ? input : undefined
  const decodes = args.some((arg) => /^(-d|-D|--decode|-di|--d\w*)$/.test(arg))
  if (program === 'cat' || program === 'tac' || program === 'less' || program === 'more') return input
  if (program === 'base64' || program === 'base32') {
    if (program === 'base32') return undefined
    return decodes
      ? Buffer.from(input, 'base64').toString('utf8')
      : `${Buffer.from(input).toString('base64')}\n`
  }
  if (program === 'rev') return input.replace(/[^\n]+/g, (line) => [...line].reverse().join(''))
  if (program === 'xxd' && /^-\w*r/.test(args[0] ?? ''))
    return args.includes('-p') || /p/.test(args[0] ?? '')
      ? Buffer.from(input.replace(/\s/g, ''), 'hex').toString('utf8')
      : undefined
  return undefined
}

function piped(pipes: ReadonlyMap<string, string>, paths: readonly string[]): string | undefined {
  const printed = paths.map((path) => pipes.get(path))
  return printed.every((text) => text !== undefined) ? printed.join('') : undefined
}

const search: Classifier = (call) => {
  const isGrep = call.program.endsWith('grep')
  const options = readOptions(
    call.args,
    `e f m A B C ${isGrep ? 'd D' : 'g t T r j M E'} regexp file max-count after-context before-context context include exclude exclude-dir glob type pre`,
  )
  if (options.has('pre', 'hostname-bin'))
    call.emit('unseen-code', { note: 'It runs a program on every file' })
  const paths = options.has('e', 'f', 'regexp', 'file', 'files')
    ? options.operands
    : options.operands.slice(1)
  if (!options.has('l', 'L', 'q', 'c', 'files-with-matches', 'quiet', 'silent', 'count')) {
    for (const path of paths)
      if (path !== '-')
        call.emit('read', { path, tree: options.has('r', 'R', 'recursive', 'dereference-recursive') })
  }
  return undefined
}

/** Names of things: no slash, no blank. */
const sequence: Classifier = ({ args }) => {
  const numbers = args.filter((arg) => !/^-[a-z]/.test(arg)).map(Number)
  const [from, to] = numbers.length > 1 ? [numbers[0], numbers.at(-1)] : [1, numbers[0]]
  if (numbers.length > 2 || from === undefined || to === undefined || !(to - from < 20)) return '\uE001\n'
  return format([
    '%s\\n',
    ...Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => String(from + index)),
  ])
}

const name = () => '\uE001\n'

const lastPart: Classifier = ({ args }) => {
  const [path, ending = ''] = args.filter((arg) => !/^(-[asz]|--\w*)$/.test(arg))
  if (path === undefined || !isKnown(path)) return '\uE001\n'
  const base = path.replace(/\/+$/, '').split('/').pop() ?? ''
  return `${ending !== '' && base.endsWith(ending) && base !== ending ? base.slice(0, -ending.length) : base || '/'}\n`
}

const folderPart: Classifier = ({ args }) => {
  const [path = UNKNOWN] = args.filter((arg) => !arg.startsWith('-'))
  if (!isKnown(path)) return undefined
  const bare = path.replace(/\/+$/, '')
  return `${bare.includes('/') ? bare.slice(0, bare.lastIndexOf('/')) || '/' : path.startsWith('/') ? '/' : '.'}\n`
}

const systemLog: Classifier = (call) => {
  const options = readOptions(call.args, 'n l s level facility size')
  if (options.has('C', 'clear', 'c', 'read-clear') && call.program === 'dmesg') call.emit('log-wipe')
  return undefined
}

const words = (names: string, classifier: Classifier) =>
  names.split(' ').map((each): [string, Classifier] => [each, classifier])

export const looking: [string, Classifier][] = [
  ...words(LOOKING, (call) => {
    tellMoreThanLooking(call)
    return undefined
  }),
  ...words(SHOWING, show),
  ...words(SEARCHING, search),
  ...words('date hostname whoami nproc uname id arch uuidgen tty', (call) => {
    const sets =
      (call.program === 'date' && call.args.some((arg) => /^(-s|--set)/.test(arg))) ||
      (call.program === 'hostname' && call.args.some((arg) => !arg.startsWith('-')))
    if (sets) call.emit('setting', { note: `It sets the ${call.program}` })
    const plain =
      call.args.every((arg) => !/[/ ]/.test(arg)) && !(call.program === 'date' && call.args.length === 0)
    return plain && !sets ? name() : undefined
  }),
  ['seq', sequence],
  ['basename', lastPart],
  ['dirname', folderPart],
  [
    'wc',
    (call) => {
      show(call)
      return call.args.some((arg) => /^-[lcwm]$/.test(arg)) && call.args.length === 1 ? name() : undefined
    },
  ],
  ['dmesg', systemLog],
]
