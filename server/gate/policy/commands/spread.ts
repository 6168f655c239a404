// Programs that run a command for each of many things: find, xargs, parallel.
import { type Call, type Classifier, known } from '../shell/call.ts'
import { UNKNOWN } from '../text.ts'
import { readOptions } from './options.ts'

/** Most words of a known input that are put behind a command. */
const INPUT_WORDS = 1000

export const xargs: Classifier = (call) => {
  const options = readOptions(
    call.args,
    'a d E I L n P s arg-file delimiter max-args max-procs max-chars max-lines process-slot-var',
    true,
  )
  const [program = 'echo', ...words] = options.operands
  const input = options.has('a', 'arg-file') ? null : known(call.stdin)
  const found =
    input === null
      ? [UNKNOWN]
      : input
          .split(options.has('0', 'null') ? '\0' : /\s+/)
          .filter((word) => word !== '')
          .slice(0, INPUT_WORDS)
  const mark = options.valueOf('I', 'replace') ?? (options.has('i') ? '{}' : undefined)
  if (mark) {
    for (const value of found.length > 0 ? found : [UNKNOWN]) {
      call.command([program, ...words.map((word) => word.split(mark).join(value))], 'xargs', {}, '')
    }
  } else call.command([program, ...words, ...found], 'xargs', {}, '')
  return undefined
}

export const parallel: Classifier = (call) => {
  const options = readOptions(call.args, 'j jobs N n S sshlogin a arg-file colsep delay joblog results', true)
  const from = options.operands.findIndex((word) => /^:::/.test(word))
  const words = from < 0 ? options.operands : options.operands.slice(0, from)
  const values = from < 0 ? [UNKNOWN] : options.operands.slice(from + 1).filter((word) => !/^:::/.test(word))
  const changed = options.has('S', 'sshlogin') ? { remote: true, cwd: UNKNOWN } : {}
  const text = words.join(' ')
  if (words.length === 0) {
    for (const value of values) call.script(value, 'parallel', changed, '')
  }
  const hasMark = /\{\d*[./]*\}/.test(text)
  for (const value of words.length > 0 ? values : []) {
    call.script(
      hasMark ? text.replace(/\{\d*[./]*\}/g, () => value) : `${text} ${value}`,
      'parallel',
      changed,
      '',
    )
  }
  return undefined
}

const NARROWING =
  /^-(i?name|i?path|i?wholename|i?regex|mtime|atime|ctime|mmin|amin|cmin|newer.*|size|user|group|perm|empty|inum|links|uid|gid|nouser|nogroup|samefile|mindepth|anewer|cnewer|i?lname)$/

export const find: Classifier = (call) => {
  const { args } = call
  const begin = args.findIndex((arg) => /^[-(!]/.test(arg) && !/^-[HLPDO]/.test(arg))
  const expression = begin < 0 ? [] : args.slice(begin)
  const roots = (begin < 0 ? args : args.slice(0, begin)).filter((arg) => !arg.startsWith('-'))
  if (roots.length === 0) roots.push('.')
  const isNarrowed = expression.some((arg) => NARROWING.test(arg))
  // Of a narrowed search it is only known that what it finds lies below.
  const found = roots.map((root) => (isNarrowed ? `${root.replace(/\/$/, '')}/${'*'}x` : root))
  for (let at = 0; at < expression.length; at++) {
    const test = expression[at] ?? ''
    if (test === '-delete') {
      for (const path of found) call.emit('delete-tree', { path, tree: true, note: 'find -delete' })
    } else if (/^-(exec|execdir|ok|okdir)$/.test(test)) {
      const end = expression.findIndex(
        (arg, index) => index > at && (arg === ';' || (arg === '+' && expression[index - 1] === '{}')),
      )
      const words = expression.slice(at + 1, end < 0 ? undefined : end)
      runOn(call, words, found, test)
      at = end < 0 ? expression.length : end
    } else if (/^-(fprint0?|fls|fprintf)$/.test(test))
      call.emit('overwrite', { path: expression[++at] ?? UNKNOWN })
  }
  // Without `-print0` a blank in a name would make two of it.
  return expression.at(-1) === '-print0' ? found.join('\0') : undefined
}

function runOn(call: Call, words: readonly string[], found: readonly string[], label: string) {
  for (const path of found) {
    const changed = label.endsWith('dir') ? { cwd: path } : {}
    call.command(
      words.map((word) => word.split('{}').join(path)),
      `find ${label}`,
      changed,
      '',
    )
  }
}
