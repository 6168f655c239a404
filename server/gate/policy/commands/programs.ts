// Which program a word names, and who knows what it does. A program that nobody knows is the worst it could be.
import type { Call, Classifier } from '../shell/call.ts'
import { isKnown } from '../text.ts'
import { appliances } from './appliances.ts'
import { rsync, scp, tar, unzip, zip } from './archives.ts'
import { containers } from './containers.ts'
import { databases } from './databases.ts'
import { disks } from './disks.ts'
import { awk, editor, sed } from './editing.ts'
import { files } from './files.ts'
import { hosts, initScript } from './hosts.ts'
import { keys } from './keys.ts'
import { looking } from './looking.ts'
import { hostOfUrl, network } from './network.ts'
import { readOptions } from './options.ts'
import { packages } from './packages.ts'
import { remotes } from './remotes.ts'
import { git } from './repositories.ts'
import { interpreter, shell } from './shells.ts'
import { find, parallel, xargs } from './spread.ts'
import { wrappers } from './wrappers.ts'

const each = (names: string, classifier: Classifier) =>
  names.split(' ').map((name): [string, Classifier] => [name, classifier])

const PROGRAMS = new Map<string, Classifier>([
  ...looking,
  ...files,
  ...disks,
  ...hosts,
  ...network,
  ...packages,
  ...databases,
  ...containers,
  ...remotes,
  ...appliances,
  ...keys,
  ...wrappers,
  ...each('sh bash dash zsh ksh ash fish rbash', shell),
  ...each(
    'python python2 python3 perl ruby node nodejs deno bun php lua tclsh Rscript java osascript pwsh',
    interpreter,
  ),
  ...each('vi vim nvim view ex ed emacs nano pico joe micro', editor),
  ['sed', sed],
  ...each('awk gawk mawk nawk', awk),
  ['find', find],
  ['xargs', xargs],
  ['parallel', parallel],
  ['tar', tar],
  ['bsdtar', tar],
  ['unzip', unzip],
  ['zip', zip],
  ...each('scp sftp', scp),
  ['rsync', rsync],
  ['git', git],
])

/** Folders in which a program is the one that its name says. */
const SYSTEM_PROGRAM = /^\/(usr\/(local\/)?)?s?bin\/([^/]+)$|^\/snap\/bin\/([^/]+)$/
const HELP = /^(--help|--version|-V)$/
/** Deepest of an unknown program's words that may begin a command of their own. */
const TAIL_WORDS = 16

/** Says what a program does, whatever it is. */
export const classifyProgram: Classifier = (call) => {
  const { program, args } = call
  if (!isKnown(program)) {
    call.emit('unseen-code', { note: 'Which program it is, is known only when it runs' })
    return guessTail(call)
  }
  const [, , , inSystem, inSnap] = SYSTEM_PROGRAM.exec(program) ?? []
  const name = inSystem ?? inSnap ?? program
  if (/^\/etc\/(rc\.d\/)?init\.d\/[^/]+$/.test(program)) return initScript(call)
  if (name.includes('/')) {
    call.emit('unseen-code', { path: program, note: 'A program or script that the policy does not read' })
    return guessTail(call)
  }
  const versioned = /^(python|perl|ruby|php|lua|pip|bash|gcc|node)[\d.]+$/.exec(name)?.[1]
  const classifier = PROGRAMS.get(name) ?? (versioned ? PROGRAMS.get(versioned) : undefined)
  if (classifier) {
    const known = name === program ? call : renamed(call, name)
    const printed = classifier(known)
    tellHosts(known)
    return printed
  }
  if (args.length === 1 && HELP.test(args[0] ?? '')) return undefined
  call.emit('unknown-program', { note: `Nobody has said what ${name} does` })
  return guessTail(call)
}

/** Clients that are told by options or addresses which host they speak to. */
const CLIENTS =
  /^(psql|pg_\w+|mysql\w*|mariadb\w*|redis-cli|valkey-cli|mongo\w*|clickhouse-client|cqlsh|influx|git|kubectl|oc|k|helm|docker|podman|nerdctl|etcdctl)$/

/** For an operator's rules about hosts: speaking to one is looking by itself. */
function tellHosts({ program, args, emit }: Call) {
  if (!CLIENTS.test(program)) return
  const named = readOptions(args, 'h H host server endpoint endpoints uri').valuesOf(
    'h',
    'H',
    'host',
    'server',
    'endpoint',
    'uri',
  )
  const found = [
    ...named.flatMap((value) => value.split(',')).map(hostOfUrl),
    ...args.filter((arg) => /^[a-z][\w+.-]*:\/\//i.test(arg)).map(hostOfUrl),
    ...args.flatMap((arg) => /\bhost=([^\s'"]+)/.exec(arg)?.[1] ?? []),
    ...(program === 'git' ? args.flatMap((arg) => /^[\w.-]+@([\w.-]+):/.exec(arg)?.[1] ?? []) : []),
  ]
  for (const host of new Set(found)) if (isKnown(host) && host !== '') emit('connect', { host })
}

function renamed(call: Call, program: string): Call {
  return { ...call, program }
}

/** An unknown program may run the words behind it: where they begin a command that is known, it counts too. */
function guessTail(call: Call): undefined {
  for (let at = 0; at < Math.min(call.args.length, TAIL_WORDS); at++) {
    const word = call.args[at] ?? ''
    const name = SYSTEM_PROGRAM.exec(word)?.[3] ?? word
    if (!PROGRAMS.has(name) || at + 1 >= call.args.length) continue
    call.command(call.args.slice(at), call.program)
    return
  }
}
