// Services, processes, users, schedules and settings of a host.
import type { Act } from '../effects.ts'
import type { Call, Classifier } from '../shell/call.ts'
import { UNKNOWN } from '../text.ts'
import { readOptions } from './options.ts'

/** Units without which nobody gets in any more. */
const LIFELINE =
  /^(ssh|sshd|sshd?@.*|dropbear|networking|network|NetworkManager|systemd-networkd|systemd-resolved|dhcpcd|netplan.*|wg-quick@.*|wireguard.*|openvpn.*|tailscaled|firewalld|nftables|iptables|ufw|dbus|systemd-logind|polkit)(\.(service|socket))?$/
/** Units that stand for turning the host off, or nearly. */
const POWER_TARGET =
  /^(reboot|poweroff|halt|kexec|shutdown|suspend|hibernate|rescue|emergency)(\.target|\.service)?$/
/** The console's own unit and processes. */
const CONSOLE = /breakglass/i

function actOnUnits(call: Call, verb: string, units: readonly string[]) {
  const list = units.length > 0 ? units : [UNKNOWN]
  for (const unit of list) {
    const note = `${verb} ${unit}`
    if (/start|isolate/.test(verb) && POWER_TARGET.test(unit)) {
      call.emit('power', { note })
      continue
    }
    const stops = /^(stop|kill|disable|mask|restart|try-restart|isolate|reload-or-restart|force-stop)$/.test(
      verb,
    )
    if (stops && CONSOLE.test(unit)) call.emit('console-kill', { note })
    else if (LIFELINE.test(unit) && stops) call.emit('lifeline', { note })
    else if (/^(stop|kill|disable|mask|isolate|force-stop|freeze)$/.test(verb))
      call.emit('service-stop', { note })
    else call.emit('service-start', { note })
  }
}

const SYSTEMCTL_LOOKS = /^(status|show|cat|help|is-.*|list-.*|get-default|show-environment|--version|)$/

const systemctl: Classifier = (call) => {
  const options = readOptions(
    call.args,
    't p n o H M s type state property lines output host machine signal root kill-who job-mode what',
  )
  const [verb = '', ...units] = options.operands
  if (SYSTEMCTL_LOOKS.test(verb)) return undefined
  if (
    /^(reboot|poweroff|halt|kexec|soft-reboot|suspend|hibernate|hybrid-sleep|rescue|emergency|default|exit|switch-root)$/.test(
      verb,
    )
  )
    call.emit('power')
  else if (/^(daemon-reload|daemon-reexec|reset-failed|log-level)$/.test(verb))
    call.emit('service-start', { note: verb })
  else if (
    /^(start|restart|reload|try-restart|reload-or-restart|try-reload-or-restart|condrestart|enable|reenable|unmask|preset|thaw|stop|kill|disable|mask|isolate|freeze)$/.test(
      verb,
    )
  )
    actOnUnits(call, verb, units)
  else if (
    /^(set-property|set-environment|unset-environment|import-environment|set-default|add-wants|add-requires|link)$/.test(
      verb,
    )
  )
    call.emit('setting', { note: verb })
  else if (verb === 'revert')
    for (const unit of units) call.emit('delete-tree', { path: `/etc/systemd/system/${unit}.d` })
  else call.emit('unknown-program', { note: `systemctl ${verb}` })
  return undefined
}

const service: Classifier = (call) => {
  const [unit = '', verb = 'status'] = call.args.filter(
    (arg) => !arg.startsWith('--') || arg === '--status-all',
  )
  if (/^(status|--status-all|configtest|)$/.test(verb) || unit === '--status-all') return undefined
  actOnUnits(call, verb, [unit])
  return undefined
}

/** /etc/init.d/NAME VERB */
export const initScript: Classifier = (call) => {
  const [verb = 'status'] = call.args
  if (/^(status|configtest)$/.test(verb)) return undefined
  actOnUnits(call, verb, [call.program.split('/').pop() ?? ''])
  return undefined
}

const signalName = (args: readonly string[]): string => {
  const at = args.findIndex((arg) => /^(-s|--signal)$/.test(arg))
  const named = at >= 0 ? args[at + 1] : args.find((arg) => /^-([A-Z0-9]+|-signal=.*)$/.test(arg))
  return (named ?? 'TERM')
    .replace(/^-+(signal=)?/, '')
    .replace(/^SIG/, '')
    .toUpperCase()
}
/** Signals by which programs are told to reload, or asked for a sign of life. */
const GENTLE = /^(0|HUP|1|USR1|10|USR2|12|WINCH|28|CONT|18|CHLD|17|QUIT_DUMP)$/

const kill: Classifier = (call) => {
  const { args, run } = call
  if (args.some((arg) => /^(-l|-L|--list.*|--table)$/.test(arg))) return undefined
  const signal = signalName(args)
  const first = args.findIndex((arg) => /^(-s|--signal)$/.test(arg))
  const rest = args.filter(
    (arg, index) => arg !== '--' && !(first >= 0 && (index === first || index === first + 1)),
  )
  const targets = rest.filter(
    (arg, index) =>
      !(index === 0 && first < 0 && /^-([A-Z0-9]+)$/i.test(arg) && rest.length > 1) && !arg.startsWith('--'),
  )
  for (const target of targets) {
    const note = `signal ${signal} to ${target}`
    const pid = Number(target)
    if (signal === '0') continue
    if (pid === -1) call.emit('console-kill', { note: 'Every process, this console among them' })
    else if (run.context.consolePids?.includes(Math.abs(pid)))
      call.emit(GENTLE.test(signal) ? 'signal-init' : 'console-kill', { note })
    else if (pid === 1) call.emit('signal-init', { note })
    // How many they are, and which, is known only when it runs.
    else if (target.includes(UNKNOWN) && !GENTLE.test(signal)) call.emit('signal-many', { note })
    else call.emit('signal', { note })
  }
  return undefined
}

const killByName: Classifier = (call) => {
  const options = readOptions(
    call.args.filter((arg) => !/^-([A-Z]{3,}\d?|SIG.*|\d+)$/.test(arg)),
    's u U g G P t n signal user parent ns session terminal uid euid group older newer',
  )
  const signal = signalName(
    call.args.filter((arg) => !/^-[a-z]/.test(arg) || arg === '-s' || arg.startsWith('--signal')),
  )
  const [pattern = '', ...more] = options.operands
  for (const name of [pattern, ...more]) {
    const note = `signal ${signal} to whatever is called ${name}`
    const hitsConsole = CONSOLE.test(name) || /^\^?(node|nodejs|node\.\*|\.|\.\*|)\$?$/.test(name)
    if (hitsConsole && !GENTLE.test(signal)) call.emit('console-kill', { note })
    else call.emit(GENTLE.test(signal) && !hitsConsole ? 'signal' : 'signal-many', { note })
  }
  return undefined
}

const power: Classifier = (call) => {
  if (call.args.some((arg) => /^(-c|--help|-k|--show)$/.test(arg))) return undefined
  if (/^(init|telinit)$/.test(call.program)) {
    if (/^[qQ]$/.test(call.args[0] ?? '')) call.emit('service-start')
    else if (call.args.length > 0) call.emit('power')
  } else call.emit('power')
  return undefined
}

const crontab: Classifier = (call) => {
  const options = readOptions(call.args, 'u')
  if (options.has('l')) return undefined
  call.emit('schedule-replace', {
    note: options.has('r') ? 'All entries go' : 'The new table replaces the old one',
  })
  return undefined
}

const later: Classifier = (call) => {
  const { program, args, stdin } = call
  if (program === 'atq' || args.some((arg) => /^(-l|-c|-V)$/.test(arg))) return undefined
  call.emit('schedule', { note: 'It runs when nobody looks' })
  if (program !== 'atrm' && stdin !== '' && stdin !== UNKNOWN) call.script(stdin, program, {}, '')
  if (args.includes('-f')) call.emit('unseen-code', { note: 'The script is not read' })
  return undefined
}

const password: Classifier = (call) => {
  if (!call.args.some((arg) => /^(-S|--status)$/.test(arg))) call.emit('credential')
  return undefined
}

const addAccount: Classifier = (call) => {
  const options = readOptions(call.args, 'u g G d s c e f p k K b gid groups home shell comment uid')
  const grants = options.has('G', 'groups', 'o', 'non-unique', 'p', 'password') || options.operands.length > 1
  call.emit(grants ? 'account-change' : 'account-add')
  return undefined
}

const sysctl: Classifier = (call) => {
  if (call.args.some((arg) => /^(-w|--write|-p|--load.*|--system)/.test(arg) || /^[^-].*=/.test(arg)))
    call.emit('setting')
  return undefined
}

const journalctl: Classifier = (call) => {
  const options = readOptions(
    call.args,
    'u t p S U n o b D M c g since until unit identifier priority lines output directory file root machine grep cursor vacuum-size vacuum-time vacuum-files',
  )
  if (options.flags.some(({ name }) => name.startsWith('vacuum')))
    call.emit('log-wipe', { note: 'Older entries of the journal go' })
  if (options.has('rotate', 'flush', 'sync', 'relinquish-var', 'update-catalog', 'setup-keys'))
    call.emit('setting', { note: 'The journal is rotated' })
  return undefined
}

/** @param graver words that make more of it than a setting, and what they make of it */
const settings =
  (looks: RegExp, graver?: RegExp, act: Act = 'setting'): Classifier =>
  (call) => {
    const words = call.args.join(' ')
    if (call.args.length > 0 && !looks.test(words)) call.emit(graver?.test(words) ? act : 'setting')
    return undefined
  }

const ask =
  (act: Act): Classifier =>
  (call) => {
    call.emit(act)
    return undefined
  }

const each = (names: string, classifier: Classifier) =>
  names.split(' ').map((name): [string, Classifier] => [name, classifier])

export const hosts: [string, Classifier][] = [
  ['systemctl', systemctl],
  ...each('service rc-service invoke-rc.d', service),
  ['kill', kill],
  ...each('pkill killall killall5 skill', killByName),
  ...each('reboot shutdown poweroff halt init telinit', power),
  ['kexec', power],
  ['crontab', crontab],
  ...each('at batch atrm atq', later),
  ...each('passwd chpasswd', password),
  ...each('useradd adduser groupadd addgroup', addAccount),
  ...each('usermod groupmod gpasswd chsh chfn vipw vigr newusers addpart', ask('account-change')),
  ...each('userdel deluser groupdel delgroup', ask('account-remove')),
  [
    'visudo',
    (call) =>
      (call.args.some((arg) => /^(-c|-V|--check)/.test(arg)) ? undefined : call.emit('account-change')) ??
      undefined,
  ],
  ['chage', (call) => (call.args.includes('-l') ? undefined : call.emit('credential')) ?? undefined],
  ['sysctl', sysctl],
  ['journalctl', journalctl],
  ...each(
    'setenforce logrotate depmod ldconfig update-ca-certificates update-alternatives update-initramfs update-grub dracut renice chronyd-set makestep insmod newaliases postmap systemd-tmpfiles augenrules aa-enforce aa-complain numad udevadm-trigger hwclock',
    ask('setting'),
  ),
  [
    'chronyc',
    settings(/^(-\w+ )*(tracking|sources|sourcestats|activity|ntpdata|serverstats|rtcdata|clients)\b/),
  ],
  ['timedatectl', settings(/^(--\S+ )*(status|show|list-timezones|timesync-status|show-timesync)/)],
  ['hostnamectl', settings(/^(--\S+ )*(status|--\w+)$|^hostname$/)],
  ['localectl', settings(/^(status|list-)/)],
  [
    'loginctl',
    settings(/^(list-|show-|session-status|user-status|seat-status)/, /^(terminate-|kill-)/, 'signal-many'),
  ],
  [
    'modprobe',
    settings(
      /^(-n|--dry-run|-c|--showconfig|-D|--show-depends)/,
      /(^| )(-\w*r\w*|--remove)( |$)/,
      'lifeline',
    ),
  ],
  ['rmmod', ask('lifeline')],
  ['udevadm', settings(/^(info|monitor|test|settle|--version)/)],
  ['sync', () => ''],
]
