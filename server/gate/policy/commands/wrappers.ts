// Programs that run another command, as data: which of their options take a value and what stands before the command.
import type { Classifier } from '../shell/call.ts'
import { steer } from '../shell/simple.ts'
import type { Shell } from '../shell/state.ts'
import { assign } from '../shell/state.ts'
import { UNKNOWN } from '../text.ts'
import { write } from './files.ts'
import { readOptions } from './options.ts'

type Wrapper = {
  /** Options that take a value. */
  valued?: string
  /** Operands before the command. */
  before?: number
  /** Whether the command runs on another host, or among other files. */
  remote?: boolean
  /** Options that name a file to write; what begins with `|` is a command. */
  writes?: string
  /** An option whose value is a script. */
  script?: string
}

const WRAPPERS: Record<string, Wrapper> = {
  nohup: {},
  setsid: {},
  nice: { valued: 'n adjustment' },
  ionice: { valued: 'c n class classdata t' },
  chrt: { valued: 'T P D p', before: 1 },
  taskset: { before: 1 },
  timeout: { valued: 's k signal kill-after', before: 1 },
  stdbuf: { valued: 'i o e input output error' },
  time: { valued: 'f o format output', writes: 'o output' },
  flock: { valued: 'w timeout E conflict-exit-code c command', before: 1, script: 'c' },
  strace: { valued: 'e o p s u a b I O S X P E output', writes: 'o output' },
  ltrace: { valued: 'e o p s u a n l output', writes: 'o output' },
  perf: { before: 1, valued: 'e o F p output', writes: 'o output' },
  chroot: { valued: 'userspec groups', before: 1, remote: true },
  nsenter: { valued: 't target S setuid G setgid', remote: false },
  unshare: { valued: 'S G R w setuid setgid root wd propagation' },
  'systemd-run': {
    valued:
      'p property u unit d description slice H M on-active on-calendar uid gid E setenv working-directory',
  },
  turbostat: { valued: 'i n o s S c interval num_iterations out show hide cpu', writes: 'o out' },
  'ld.so': { valued: 'library-path preload audit argv0 inhibit-cache glibc-hwcaps-prepend' },
  'systemd-inhibit': { valued: 'what who why mode' },
  setpriv: { valued: 'reuid regid groups inh-caps bounding-set ambient-caps securebits' },
  doas: { valued: 'u C' },
  pkexec: { valued: 'user' },
  unbuffer: {},
  catchsegv: {},
  eatmydata: {},
  fakeroot: { valued: 'l s i b' },
  proot: { valued: 'r b w q' },
  numactl: { valued: 'C N m i p' },
  cgexec: { valued: 'g' },
  torsocks: {},
  proxychains: { valued: 'f' },
  proxychains4: { valued: 'f' },
  'dbus-run-session': {},
  'ssh-agent': { valued: 'a t' },
  rlwrap: {},
  chronic: {},
  sem: { valued: 'j id' },
  noglob: {},
  prlimit: { valued: 'p pid' },
  choom: { valued: 'n p' },
  softlimit: {},
  'aws-vault': { before: 2 },
  direnv: { before: 2 },
  linux32: {},
  linux64: {},
  setarch: { before: 1 },
  entr: {},
}

const wrap =
  ({ valued = '', before = 0, remote, script, writes = '' }: Wrapper): Classifier =>
  (call) => {
    const options = readOptions(call.args, valued, true)
    for (const path of writes === '' ? [] : options.valuesOf(...writes.split(' '))) {
      if (/^[|!]/.test(path)) call.script(path.slice(1), `${call.program} -o`)
      else write(call, path)
    }
    const text = script ? options.valueOf(script, 'command') : undefined
    const inner = script
      ? readOptions(options.operands.slice(before), valued, true)
      : { operands: options.operands.slice(before), valueOf: () => undefined }
    const lateText = script ? inner.valueOf(script, 'command') : undefined
    const changed: Partial<Shell> = remote ? { remote: true, cwd: UNKNOWN } : {}
    if (text ?? lateText) return call.script(text ?? lateText ?? '', call.program, changed)
    return inner.operands.length > 0 ? call.command(inner.operands, call.program, changed) : undefined
  }

const sudo: Classifier = (call) => {
  const options = readOptions(call.args, 'u g h p C r t T U D R user group host prompt chdir chroot', true)
  if (options.has('e', 'edit')) {
    for (const path of options.operands) call.emit('overwrite', { path })
    return undefined
  }
  const directory = options.valueOf('D', 'chdir')
  return runWithEnvironment(call, options.operands, {
    ...(directory ? { cwd: directory } : options.has('i', 'login') ? { cwd: '/root' } : {}),
    ...(options.has('R', 'chroot') ? { remote: true } : {}),
  })
}

const env: Classifier = (call) => {
  const options = readOptions(call.args, 'u C S unset chdir split-string', true)
  const text = options.valueOf('S', 'split-string')
  const directory = options.valueOf('C', 'chdir')
  const changed = directory ? { cwd: directory } : {}
  if (text !== undefined) return call.script([text, ...options.operands].join(' '), 'env -S', changed)
  return runWithEnvironment(call, options.operands, changed)
}

/** `NAME=value … command`, as sudo and env take it. */
function runWithEnvironment(
  call: Parameters<Classifier>[0],
  words: readonly string[],
  changed: Partial<Shell>,
) {
  const from = words.findIndex((word) => !/^[A-Za-z_]\w*=/.test(word))
  const settings = from < 0 ? words : words.slice(0, from)
  const inner = { ...call.shell, variables: new Map(call.shell.variables) }
  for (const setting of settings) {
    const [name = '', value = ''] = setting.split(/=([\s\S]*)/)
    steer(name, value, call.shell, call.run)
    assign(inner, name, [value])
  }
  if (from < 0) return call.stdin && call.program === 'sudo' ? call.command(['sh'], call.program) : undefined
  return call.command(words.slice(from), call.program, { variables: inner.variables, ...changed })
}

/** su and runuser: a script after `-c`, or a command after `--`. */
const switchUser: Classifier = (call) => {
  const options = readOptions(call.args, 'c command s shell u user g group G w')
  const text = options.valueOf('c', 'command')
  if (text !== undefined) return call.script(text, call.program)
  const dashes = call.args.indexOf('--')
  if (call.program === 'runuser' && options.has('u') && options.operands.length > 0) {
    const words = readOptions(call.args, 'u user g group G w', true).operands
    return call.command(dashes >= 0 ? call.args.slice(dashes + 1) : words, call.program)
  }
  return call.stdin === '' ? undefined : call.command(['sh'], call.program)
}

const watch: Classifier = (call) => {
  const { operands, has } = readOptions(call.args, 'n interval', true)
  return has('x', 'exec') ? call.command(operands, 'watch') : call.script(operands.join(' '), 'watch')
}

const multiplexer: Classifier = (call) => {
  const options = readOptions(call.args, call.program === 'screen' ? 'S t s h c T e' : 'f L S c T', true)
  const [verb = '', ...words] = options.operands
  if (call.program === 'screen') {
    if (options.operands.length > 0) call.command(options.operands, 'screen')
    if (options.has('X')) call.emit('unseen-code', { note: 'It types into another session' })
    return undefined
  }
  if (/^(ls|list-.*|capture-pane|capturep|display.*|info|has-session|show-.*)$/.test(verb)) return undefined
  if (/^(new|new-session|neww|new-window|split-window|splitw)$/.test(verb)) {
    const inner = readOptions(words, 's n t c e x y F l', true).operands
    call.script(inner.join(' '), 'tmux')
    return undefined
  }
  call.emit('unseen-code', { note: 'It acts on another session of the terminal' })
  return undefined
}

const script: Classifier = (call) => {
  const options = readOptions(call.args, 'c command E I O B T m')
  const text = options.valueOf('c', 'command')
  if (options.operands[0]) call.emit('overwrite', { path: options.operands[0] })
  return text === undefined ? undefined : call.script(text, 'script -c')
}

export const wrappers: [string, Classifier][] = [
  ...Object.entries(WRAPPERS).map(([name, wrapper]): [string, Classifier] => [name, wrap(wrapper)]),
  ['sudo', sudo],
  ['env', env],
  ['su', switchUser],
  ['runuser', switchUser],
  ['watch', watch],
  ['tmux', multiplexer],
  ['screen', multiplexer],
  ['script', script],
  ['busybox', (call) => (call.args.length > 0 ? call.command(call.args, 'busybox') : undefined)],
  ['toybox', (call) => (call.args.length > 0 ? call.command(call.args, 'toybox') : undefined)],
]
