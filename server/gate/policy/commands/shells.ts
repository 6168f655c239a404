// Shells and interpreters: what they run is looked at where it can be read, and is the worst it could be where it can't.

import type { Call, Classifier } from '../shell/call.ts'
import { isKnown, UNKNOWN } from '../text.ts'
import { readOptions } from './options.ts'

/** sh, bash …: `-c`, a script from stdin, or a file. */
export const shell: Classifier = (call) => {
  const { args, stdin } = call
  const options = readShellOptions(args)
  if (options.looks) return undefined
  if (options.onlyReads) {
    for (const path of options.rest.slice(0, 1)) call.emit('read', { path })
    return undefined
  }
  if (options.text !== null) {
    return call.script(options.text, `${call.program} -c`, {
      positional: options.rest.slice(1),
      zero: options.rest[0] ?? null,
    })
  }
  const [file] = options.rest
  const piped = file === undefined || options.readsStdin ? stdin : call.run.pipes.get(file)
  if (piped !== undefined || /^\/dev\/(stdin|fd\/0)$/.test(file ?? '')) {
    return runInput(call, piped ?? stdin, { positional: options.readsStdin ? options.rest : [] })
  }
  call.emit('unseen-code', { path: file ?? UNKNOWN, note: 'a script that the policy does not read' })
  return undefined
}

/** Runs what comes in on stdin. */
export function runInput(call: Call, input: string, changed = {}): string | undefined {
  if (input === '') return ''
  if (isKnown(input)) return call.script(input, `| ${call.program}`, changed, '')
  call.emit('unseen-code', { note: `${call.program} runs what another command prints` })
  // What is known of it is looked at all the same.
  return input === UNKNOWN ? undefined : call.script(input, `| ${call.program}`, changed, '')
}

function readShellOptions(args: readonly string[]) {
  let takesText = false
  let readsStdin = false
  let onlyReads = false
  let at = 0
  for (; at < args.length; at++) {
    const arg = args[at] ?? ''
    if (arg === '--') {
      at++
      break
    }
    if (arg.startsWith('--')) {
      if (arg === '--version' || arg === '--help')
        return { looks: true, onlyReads, text: null, rest: [], readsStdin }
      if (arg === '--rcfile' || arg === '--init-file') at++
      continue
    }
    if (!/^[-+]./.test(arg)) break
    if (/^[-+][a-zA-Z]*[oO]$/.test(arg)) at++
    if (arg.startsWith('-') && arg.includes('c')) takesText = true
    if (arg.startsWith('-') && arg.includes('s')) readsStdin = true
    if (/^-[evx]*n[evx]*$/.test(arg)) onlyReads = true
  }
  const rest = args.slice(at)
  return takesText
    ? { looks: false, onlyReads, text: rest[0] ?? '', rest: rest.slice(1), readsStdin }
    : { looks: false, onlyReads, text: null, rest, readsStdin }
}

const PYTHON_TOOLS = /^(json\.tool|venv|this|site|sysconfig|platform|compileall|py_compile|tabnanny)$/

/** python, perl, node …: their code is not read. */
export const interpreter: Classifier = (call) => {
  const { args, program } = call
  const [first = ''] = args
  if (args.length === 1 && /^(-V|--?version|-v|-h|--help|-m|version)$/.test(first)) return undefined
  if (/^python/.test(program) && first === '-m') {
    const module = args[1] ?? ''
    if (PYTHON_TOOLS.test(module)) {
      const files = readOptions(args.slice(2)).operands
      if (files[0]) call.emit('read', { path: files[0] })
      if (files[1]) call.emit('overwrite', { path: files[1] })
      return undefined
    }
    if (/^pip/.test(module)) return call.command(['pip', ...args.slice(2)], `${program} -m`)
    if (module === 'http.server') {
      call.emit('send', { host: '*', note: 'It offers files to whoever asks' })
      return undefined
    }
  }
  if (args.length === 0 && call.stdin === '') return undefined
  call.emit('unseen-code', { note: `The policy does not read ${program} code` })
  return undefined
}
