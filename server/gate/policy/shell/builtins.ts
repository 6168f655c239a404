// What the shell does itself: changing folder and variables, reading scripts, setting traps.

import { HIDDEN_IN_BRACKETS, isKnown, UNKNOWN } from '../text.ts'
import { type Classifier, resolveIn } from './call.ts'
import { format } from './print.ts'
import { steer } from './simple.ts'
import { assign } from './state.ts'

const nothing: Classifier = () => ''

/** Some options of these run code, or decide which code a name stands for. */
const RUNNING_OPTIONS: Record<string, RegExp> = {
  complete: /^-\w*[CF]/,
  compgen: /^-\w*[CFW]/,
  bind: /^-\w*x/,
  enable: /^-\w*f/,
  hash: /^-\w*p/,
  mapfile: /^-\w*C/,
  readarray: /^-\w*C/,
}
/** These work out what stands in the brackets of a name, and run `$( )` in it although it was quoted. */
const INDEXING = new Set('test [ let declare typeset local readonly export unset read printf wait'.split(' '))

/** What a builtin may run besides what its classifier says. */
export function tellHiddenCode({ program, args, emit }: Parameters<Classifier>[0]) {
  const runs = RUNNING_OPTIONS[program]
  const hides = INDEXING.has(program) && args.some((arg) => HIDDEN_IN_BRACKETS.test(arg))
  if (hides || args.some((arg) => runs?.test(arg)))
    emit('unseen-code', { note: `${program} is told to run a command` })
}

/** Changes the folder of the very shell that the call runs in. */
const changeFolder: Classifier = ({ args, shell, run }) => {
  const [to] = args.filter((arg) => !/^-[LPe@]+$|^--$/.test(arg))
  const home = shell.variables.get('HOME')?.[0] ?? UNKNOWN
  const strays = shell.variables.has('CDPATH') && !/^(\.{0,2}\/|\.{1,2}$)/.test(to ?? '/')
  shell.cwd = to === '-' || strays ? UNKNOWN : resolveIn(run, shell, to ?? home)
  return ''
}

const setVariables: Classifier = ({ args, shell, run }) => {
  for (const arg of args) {
    const [, name = '', plus = '', value = ''] = /^([A-Za-z_]\w*)(\+?)=([\s\S]*)$/.exec(arg) ?? []
    if (name === '' || value.startsWith('(')) continue
    steer(name, value, shell, run)
    assign(shell, name, [plus ? UNKNOWN : value])
  }
  return args.length === 0 || args.includes('-p') ? UNKNOWN : ''
}

const unsetVariables: Classifier = ({ args, shell, emit }) => {
  for (const name of args.filter((arg) => !arg.startsWith('-'))) {
    assign(shell, name, [''])
    if (name.startsWith('HIST')) emit('history-wipe', { note: 'The shell forgets what was typed' })
  }
  return ''
}

const readVariables: Classifier = ({ args, shell }) => {
  for (const name of args) if (/^[A-Za-z_]\w*$/.test(name)) assign(shell, name, [UNKNOWN])
  return ''
}

const setPositional: Classifier = ({ args, shell }) => {
  const dashes = args.indexOf('--')
  if (dashes >= 0) shell.positional = args.slice(dashes + 1)
  else if (args[0] !== undefined && !/^[-+]/.test(args[0])) shell.positional = args
  return args.length === 0 ? UNKNOWN : ''
}

const shift: Classifier = ({ args, shell }) => {
  const by = Number(args[0] ?? 1)
  shell.positional = Number.isInteger(by) && shell.positional ? shell.positional.slice(by) : null
  return ''
}

const evaluate: Classifier = (call) => {
  const text = call.args.join(' ')
  const { cwd, variables, functions, depth } = call.shell
  if (!isKnown(text)) call.emit('unseen-code', { note: 'eval runs what is put together only then' })
  const printed = call.script(text, 'eval', { variables, functions })
  if (call.shell.cwd === cwd && /\b(cd|pushd|popd)\b/.test(text)) call.shell.cwd = UNKNOWN
  call.shell.depth = depth
  return printed
}

const source: Classifier = (call) => {
  const [path = ''] = call.args.filter((arg) => arg !== '--')
  const piped = call.run.pipes.get(path) ?? (/^\/dev\/(stdin|fd\/0)$/.test(path) ? call.stdin : undefined)
  if (piped !== undefined && isKnown(piped)) return call.script(piped, 'source')
  call.emit('unseen-code', { path, note: 'a script that the policy does not read' })
  return undefined
}

const trap: Classifier = (call) => {
  const [action = ''] = call.args.filter((arg) => arg !== '--')
  if (call.args.length > 1 && action !== '' && !action.startsWith('-')) call.script(action, 'trap')
  return ''
}

const alias: Classifier = ({ args, emit }) => {
  if (args.some((arg) => arg.includes('='))) {
    emit('unseen-code', { note: 'an alias changes what later commands mean' })
  }
  return undefined
}

const history: Classifier = ({ args, emit }) => {
  if (args.some((arg) => /^-[cdw]/.test(arg)))
    emit('history-wipe', { note: 'The shell forgets what was typed' })
  return undefined
}

const execute: Classifier = (call) => {
  const from = call.args.findIndex((arg, index) => !arg.startsWith('-') && call.args[index - 1] !== '-a')
  return from < 0 ? '' : call.command(call.args.slice(from), 'exec')
}

const command: Classifier = (call) => {
  const [first = ''] = call.args
  if (/^-[vV]/.test(first)) return undefined
  const words = call.args.filter((arg, index) => !(index === 0 && /^-p$|^--$/.test(arg)))
  const [name = '', ...args] = words
  // What changes the shell has to change this one.
  const itself = BUILTINS.get(name)
  return itself ? itself({ ...call, program: name, args }) : call.command(words, call.program)
}

const print: Classifier = ({ program, args, shell }) => {
  if (program === 'printf' && args[0] === '-v' && args[1]) {
    assign(shell, args[1], [format(args.slice(2))])
    return ''
  }
  if (program === 'printf') return format(args[0] === '--' ? args.slice(1) : args)
  const flags = args.findIndex((arg) => !/^-[neE]+$/.test(arg))
  const words = (flags < 0 ? [] : args.slice(flags)).join(' ')
  const options = args.slice(0, flags < 0 ? args.length : flags).join('')
  const text = options.includes('e') ? format([words.replaceAll('%', '%%')]) : words
  return options.includes('n') ? text : `${text}\n`
}

export const BUILTINS = new Map<string, Classifier>([
  ...': true false test [ break continue return exit wait jobs bg fg disown shopt ulimit umask times hash let suspend enable complete compgen bind dirs'
    .split(' ')
    .map((name): [string, Classifier] => [name, nothing]),
  ...['cd', 'pushd'].map((name): [string, Classifier] => [name, changeFolder]),
  [
    'popd',
    ({ shell }) => {
      shell.cwd = UNKNOWN
      return ''
    },
  ],
  ['pwd', ({ shell }) => `${shell.cwd}\n`],
  ...'export declare typeset local readonly'
    .split(' ')
    .map((name): [string, Classifier] => [name, setVariables]),
  ['unset', unsetVariables],
  ...'read mapfile readarray getopts'.split(' ').map((name): [string, Classifier] => [name, readVariables]),
  ['set', setPositional],
  ['shift', shift],
  ['eval', evaluate],
  ['source', source],
  ['.', source],
  ['trap', trap],
  ['alias', alias],
  ['unalias', nothing],
  ['history', history],
  ['exec', execute],
  ['command', command],
  ['builtin', command],
  ['echo', print],
  ['printf', print],
  ['type', () => undefined],
])
