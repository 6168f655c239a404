// Network: addresses, routes, firewalls, and programs that fetch and send.
import type { Call, Classifier } from '../shell/call.ts'
import { UNKNOWN } from '../text.ts'
import { write } from './files.ts'
import { readOptions } from './options.ts'

/** @returns the host of an address as curl and wget take it */
export function hostOfUrl(url: string): string {
  const [, host = UNKNOWN] = /^(?:[a-zA-Z][\w+.-]*:\/\/)?(?:[^@/?#]*@)?(\[[^\]]*\]|[^:/?#]*)/.exec(url) ?? []
  return host.replace(/^\[|\]$/g, '').toLowerCase() || UNKNOWN
}

const CURL_VALUED =
  'A b c C d D e E F h H K m o P Q r t T u U w x X y Y z data data-raw data-binary data-urlencode data-ascii form form-string header output request upload-file url user proxy resolve connect-to max-time connect-timeout retry retry-delay retry-max-time cacert capath cert key cert-type write-out user-agent referer cookie cookie-jar dump-header config output-dir range interface dns-servers limit-rate json stderr trace trace-ascii unix-socket abstract-unix-socket proto proto-redir noproxy tlsv ciphers oauth2-bearer aws-sigv4 netrc-file hostpubmd5 pubkey pass etag-save etag-compare url-query variable speed-limit speed-time max-filesize max-redirs keepalive-time local-port quote postquote prequote time-cond'

export const curl: Classifier = (call) => {
  const options = readOptions(call.args, CURL_VALUED)
  const urls = [...options.operands, ...options.valuesOf('url')]
  const data = options.valuesOf(
    'd',
    'data',
    'data-raw',
    'data-binary',
    'data-urlencode',
    'data-ascii',
    'json',
  )
  const forms = options.valuesOf('F', 'form')
  const uploads = options.valuesOf('T', 'upload-file')
  const asked = options.valueOf('X', 'request')
  const isGet = options.has('G', 'get', 'I', 'head')
  const method = (
    asked ?? (data.length + forms.length > 0 && !isGet ? 'POST' : uploads.length > 0 ? 'PUT' : 'GET')
  ).toUpperCase()
  const sent = [
    ...data.filter((value) => /^[^=]*@/.test(value)).map((value) => value.slice(value.indexOf('@') + 1)),
    ...forms
      .filter((value) => /=[@<]/.test(value))
      .map((value) => value.replace(/^[^=]*=[@<]/, '').replace(/;.*/, '')),
    ...uploads,
  ]
  for (const url of urls.length > 0 ? urls : [UNKNOWN]) {
    const host = hostOfUrl(url)
    if (/^file:/i.test(url)) call.emit('read', { path: url.replace(/^file:\/*/i, '/') })
    else if (sent.length > 0) call.emit('send', { host, note: 'A file leaves this host' })
    else if ([...data, ...forms].some((value) => value.includes(UNKNOWN)))
      call.emit('send', { host, note: 'What leaves this host is known only when it runs' })
    else if (method === 'DELETE') call.emit('remote-remove', { host, note: 'DELETE' })
    else if (/^(GET|HEAD|OPTIONS|TRACE)$/.test(method)) call.emit('connect', { host })
    else call.emit('post', { host, note: method })
    if (options.has('O', 'remote-name', 'J'))
      write(call, `${options.valueOf('output-dir') ?? '.'}/${url.split(/[?#]/)[0]?.split('/').pop() ?? ''}`)
  }
  for (const path of sent) if (path !== '-') call.emit('read', { path })
  for (const path of options.valuesOf(
    'o',
    'output',
    'c',
    'cookie-jar',
    'D',
    'dump-header',
    'trace',
    'trace-ascii',
    'stderr',
    'etag-save',
  ))
    if (path !== '-') write(call, path)
  if (options.has('K', 'config', 'Q', 'quote', 'postquote', 'prequote'))
    call.emit('unseen-code', { note: 'A configuration decides what curl does' })
  return undefined
}

export const wget: Classifier = (call) => {
  const options = readOptions(
    call.args,
    'O P o a i e T t w Q l U B D A R X I output-document directory-prefix output-file append-output input-file execute timeout tries wait header post-data post-file method body-data body-file user password user-agent no-proxy limit-rate',
  )
  const sends = options.has('post-file', 'body-file')
  const method = options.valueOf('method')?.toUpperCase() ?? (options.has('post-data') ? 'POST' : 'GET')
  for (const url of options.operands) {
    const host = hostOfUrl(url)
    if (sends) call.emit('send', { host, note: 'A file leaves this host' })
    else if (method === 'DELETE') call.emit('remote-remove', { host })
    else call.emit(/^(GET|HEAD)$/.test(method) ? 'connect' : 'post', { host, note: method })
  }
  for (const path of options.valuesOf('post-file', 'body-file')) call.emit('read', { path })
  const output = options.valueOf('O', 'output-document')
  for (const path of options.valuesOf('o', 'output-file')) if (path !== '-') write(call, path)
  if (options.has('e', 'execute') || options.has('use-askpass'))
    call.emit('unseen-code', { note: 'Settings decide what wget does' })
  if (options.has('spider')) return undefined
  if (output !== undefined) {
    if (output !== '-') write(call, output)
  } else
    for (const url of options.operands) {
      const folder = options.valueOf('P', 'directory-prefix') ?? '.'
      write(call, `${folder}/${url.split(/[?#]/)[0]?.split('/').pop() || 'index.html'}`)
    }
  return undefined
}

/** nc, ncat, socat, telnet: a check of a port looks; anything that is piped through leaves the host. */
export const netcat: Classifier = (call) => {
  const { args, stdin, program } = call
  const words = ` ${args.join(' ')} `
  const host =
    args.find((arg) => /[.:]|localhost/.test(arg) && !arg.startsWith('-')) ??
    args.find((arg) => !arg.startsWith('-')) ??
    UNKNOWN
  if (/ (-e|-c|--exec|--sh-exec|--lua-exec) |EXEC:|SYSTEM:/i.test(words))
    call.emit('unseen-code', { note: 'It gives a program to the network' })
  else if (/ (-\w*l\w*|--listen) |LISTEN/i.test(words))
    call.emit('send', { host: '*', note: 'It listens for whoever comes' })
  else if (/ -\w*z/.test(words) || stdin === '') call.emit('connect', { host })
  else if (program === 'socat' || stdin === UNKNOWN || stdin.length > 200)
    call.emit('send', { host, note: 'What is piped in leaves this host' })
  else call.emit('post', { host })
  return undefined
}

const ip: Classifier = (call) => {
  const operands = readOptions(call.args, 'n netns f family b batch').operands
  const [object = '', verb = 'show', ...rest] = operands
  if (call.args.includes('-b') || call.args.includes('-batch')) call.emit('unseen-code')
  if (/^netns$/.test(object) && verb === 'exec') return call.command(rest.slice(1), 'ip netns exec')
  if (
    /^(s|sh|sho|show|l|li|list|ls|lst|get|help|monitor|g|save|identify|pids|showdump)$/.test(verb) ||
    object === 'help' ||
    object === 'monitor' ||
    object === ''
  )
    return undefined
  const words = rest.join(' ')
  if (/^a(dd)?$|^append$/.test(verb) || (verb === 'set' && /\bup$/.test(words))) call.emit('network-add')
  else call.emit('network-change')
  return undefined
}

const interfaceConfig: Classifier = (call) => {
  const { operands } = readOptions(call.args)
  if (call.program === 'ifup') call.emit('network-add')
  else if (call.program === 'ifdown' || operands.length > (call.program === 'ifconfig' ? 1 : 0))
    call.emit('network-change')
  return undefined
}

const iptables: Classifier = (call) => {
  const words = ` ${call.args.join(' ')} `
  if (call.program.endsWith('-save')) return undefined
  if (call.program.endsWith('-restore')) {
    if (!/ (-t|--test) /.test(words)) call.emit('firewall-clear', { note: 'All rules are replaced' })
    return undefined
  }
  if (/ (-F|--flush|-X|--delete-chain|-Z|--zero|-P|--policy)( |$)/.test(words))
    call.emit('firewall-clear', { note: 'Rules go, or what happens without one changes' })
  else if (
    / (-A|--append|-I|--insert|-D|--delete|-R|--replace|-N|--new-chain|-E|--rename-chain)( |$)/.test(words)
  )
    call.emit('firewall-change')
  else if (!/ (-[nvxt]*[LSCV][nvx]*|--list.*|--list-rules|--check|--version|-h|--help)( |$)/.test(words))
    call.emit('firewall-clear')
  return undefined
}

const nft: Classifier = (call) => {
  const options = readOptions(call.args, 'f file I D')
  const [verb = ''] = options.operands.join(' ').trim().split(/\s+/)
  if (options.has('c', 'check')) return undefined
  if (
    options.has('f', 'file') ||
    /^(flush|delete|destroy|reset)$/.test(verb) ||
    options.operands.join(' ').includes(';')
  )
    call.emit('firewall-clear')
  else if (/^(add|insert|create|replace|rename)$/.test(verb)) call.emit('firewall-change')
  else if (!/^(list|monitor|describe|)$/.test(verb)) call.emit('firewall-clear')
  return undefined
}

const ufw: Classifier = (call) => {
  const [verb = 'status'] = call.args.filter((arg) => !arg.startsWith('--'))
  if (/^(status|version|show|app)$/.test(verb)) return undefined
  call.emit(verb === 'reset' ? 'firewall-clear' : 'firewall-change')
  return undefined
}

const firewalld: Classifier = (call) => {
  if (call.args.every((arg) => /^--(list|get|query|state|info|zone|permanent|version|help|check)/.test(arg)))
    return undefined
  call.emit('firewall-change')
  return undefined
}

const connections: Classifier = (call) => {
  const words = readOptions(call.args, 'f g fields get-values m mode c').operands.join(' ')
  if (
    /^$|^(g|gen|general|n|net|networking|r|radio|c|con|conn|connection|d|dev|device|m|monitor)\w*( (status|show|hostname|permissions|connectivity|list|wifi|lldp|monitor)\b.*)?$/.test(
      words,
    )
  )
    return undefined
  call.emit(/\bup\b/.test(words) ? 'network-add' : 'network-change')
  return undefined
}

const resolver: Classifier = (call) => {
  const [verb = 'status'] = readOptions(call.args, 'i interface p protocol t type c class').operands
  if (/^(status|query|service|openpgp|tlsa|statistics|show-.*|monitor)$/.test(verb)) return undefined
  call.emit(
    /^(flush-caches|reset-statistics|reset-server-features)$/.test(verb) ? 'setting' : 'network-change',
  )
  return undefined
}

const capture: Classifier = (call) => {
  const options = readOptions(call.args, 'i w r c C G z Z s B F V W y E f Y T e d o a b')
  for (const path of options.valuesOf('w')) if (path !== '-') write(call, path)
  for (const path of options.valuesOf('r')) call.emit('read', { path })
  for (const text of options.valuesOf('z'))
    if (call.program === 'tcpdump') call.command([text, UNKNOWN], 'tcpdump -z')
  return undefined
}

const trafficControl: Classifier = (call) => {
  const verb = readOptions(call.args, 'b').operands[1] ?? 'show'
  if (!/^(show|ls|list|get)$/.test(verb)) call.emit('network-change')
  return undefined
}

const route: Classifier = (call) => {
  const { operands } = readOptions(call.args)
  if (operands.some((word) => /^(add|del|delete|flush)$/.test(word)))
    call.emit(operands.includes('add') ? 'network-add' : 'network-change')
  return undefined
}

const each = (names: string, classifier: Classifier) =>
  names.split(' ').map((name): [string, Classifier] => [name, classifier])

export const network: [string, Classifier][] = [
  ['curl', curl],
  ['wget', wget],
  ...each('nc ncat netcat nc.openbsd nc.traditional socat telnet', netcat),
  ...each('ip', ip),
  ...each('ifconfig ifup ifdown', interfaceConfig),
  ...each(
    'iptables ip6tables ebtables arptables iptables-nft iptables-legacy iptables-save ip6tables-save iptables-restore ip6tables-restore',
    iptables,
  ),
  ['nft', nft],
  ['ufw', ufw],
  ['firewall-cmd', firewalld],
  ['nmcli', connections],
  ...each('resolvectl systemd-resolve', resolver),
  ...each('tcpdump tshark', capture),
  ['tc', trafficControl],
  ...each('route arp', route),
  ...each('netplan dhclient dhcpcd wg-quick brctl ovs-vsctl iwconfig', (call: Call) => {
    if (!/^(get|status|info|show|list-\S+)\b/.test(call.args[0] ?? '')) call.emit('network-change')
    return undefined
  }),
]
