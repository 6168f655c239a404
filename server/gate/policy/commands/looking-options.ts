// Programs that look, unless an option or word of theirs makes them write, send or run something.
import type { Act } from '../effects.ts'
import type { Call } from '../shell/call.ts'
import { isKnown } from '../text.ts'
import { write } from './files.ts'
import { readOptions } from './options.ts'

/** What a word among the arguments makes of the program. */
const GRAVER: Record<string, [RegExp, Act]> = {
  fuser: [/^(-\w*k\w*|--kill)$/, 'signal-many'],
  ethtool: [
    /^(-[sACGKLNRUXWEfrt]|--(set|change|reset|negotiate|flash|test|features|pause|coalesce|config)\S*)$/,
    'network-change',
  ],
  'mii-tool': [/^(-[rRFA]\S*|--(restart|reset|force|advertise)\S*)$/, 'network-change'],
  conntrack: [/^(-[DFUI]|--(delete|flush|update|create))$/, 'firewall-clear'],
  arp: [/^(-[dsf]|--(delete|set|file))$/, 'network-change'],
  smartctl: [/^(-[stoSX]\S*|--(smart|offlineauto|saveauto|test|abort|set)\S*)$/, 'setting'],
  bootctl: [/^(install|update|remove|unlink|cleanup|set-default|set-oneshot)$/, 'repair-disk'],
  'nvidia-smi': [
    /^(-r|-pm|-pl|-e|-mig|--(gpu-reset|persistence-mode|power-limit|ecc-config)\S*)$/,
    'setting',
  ],
  needrestart: [/^-r\s*[ai]?$/, 'service-start'],
  logger: [/^(-[nTd]|--(server|tcp|udp)\S*)$/, 'send'],
  nmap: [/^--script/, 'post'],
  man: [/^(-[PHC]\S*|--(pager|html|config-file)\S*)$/, 'unseen-code'],
  info: [/^(--restore\S*|--init-file\S*)$/, 'unseen-code'],
  coredumpctl: [/^(gdb|debug)$/, 'unseen-code'],
  amtool: [/^(add|expire|import|update)$/, 'setting'],
  xfs_quota: [/^-x$/, 'setting'],
  sensors: [/^(-s|--set)$/, 'setting'],
  less: [/^\+.*[!|]/, 'unseen-code'],
  zless: [/^\+.*[!|]/, 'unseen-code'],
  more: [/^\+.*!/, 'unseen-code'],
}

/** Options that name a file to write. */
const OUTPUT: Record<string, string> = {
  nmap: 'oN oX oG oS oA',
  tree: 'o',
  sar: 'o',
  pv: 'o output',
  dmidecode: 'dump-bin',
  xmllint: 'o output',
  msgfmt: 'o output-file',
  uudecode: 'o output-file',
  coredumpctl: 'o output',
  ss: 'D diag',
}

/** They speak to the hosts that they are given. */
const CALLING =
  /^(ping6?|fping|arping|httping|nmap|mtr|trace(route6?|path)|dig|drill|kdig|delv|host|nslookup|whois)$/

/** Says what makes more than a look of a program that looks. */
export function tellMoreThanLooking(call: Call) {
  const { program, args } = call
  const [graver, act] = GRAVER[program] ?? []
  if (act && args.some((arg) => graver?.test(arg)))
    call.emit(act, { note: `${program} does more than look with these options` })
  const valued = OUTPUT[program]
  if (valued) for (const path of readOptions(args, valued).valuesOf(...valued.split(' '))) write(call, path)
  if (program === 'pdftotext') {
    const [, target] = readOptions(args, 'f l r x y W H').operands
    if (target !== undefined && target !== '-') write(call, target)
  }
  if (program === 'mlr' && args.includes('-I')) call.emit('overwrite', { path: args.at(-1) ?? '.' })
  if (!CALLING.test(program)) return
  for (const host of args.map((arg) => arg.replace(/^@/, '')))
    if (isKnown(host) && /^[\w.:-]*[.:][\w.:-]*$/.test(host)) call.emit('connect', { host })
}
