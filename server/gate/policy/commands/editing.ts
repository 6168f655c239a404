// sed, awk and editors: programs with a small language of their own in which files can be written and commands run.
import type { Classifier } from '../shell/call.ts'
import { UNKNOWN } from '../text.ts'
import { write } from './files.ts'
import { readOptions } from './options.ts'

/** `s/…/…/` and `y/…/…/` with whatever stands for the slash. */
const SUBSTITUTION = /[sy]([^\w\s])(?:\\[\s\S]|(?!\1)[\s\S])*\1(?:\\[\s\S]|(?!\1)[\s\S])*\1[gpimIM0-9]*/g

export const sed: Classifier = (call) => {
  const options = readOptions(call.args, 'e f l expression file line-length')
  const hasScript = options.has('e', 'expression', 'f', 'file')
  const scripts = hasScript ? options.valuesOf('e', 'expression') : options.operands.slice(0, 1)
  const paths = hasScript ? options.operands : options.operands.slice(1)
  if (options.has('f', 'file')) call.emit('unseen-code', { note: 'A sed script in a file is not read' })
  for (const script of scripts) {
    if (sedRuns(script)) call.emit('unseen-code', { note: 'The sed script runs a command' })
    // Without the substitutions, whose letters are no commands, but with what stands behind them.
    const commands = script.replace(SUBSTITUTION, ';')
    for (const [, path = UNKNOWN] of commands.matchAll(/(?:^|[;{}\n/|#,!\d$])\s*[wW]\s*([^\s][^\n;}]*)/g)) {
      if (!/^\/dev\/std(out|err)$/.test(path.trim())) write(call, path.trim())
    }
  }
  // `-i` may carry the ending under which the old file is kept, also behind other letters: `-ni.bak`, but not `-in`.
  const inPlace = call.args.find((arg) => /^-[nrEsuz]*i|^--in-place/.test(arg))
  const ending = inPlace?.replace(/^--in-place=?|^-[nrEsuz]*i/, '') ?? ''
  for (const path of paths) {
    if (inPlace === undefined) call.emit('read', { path })
    else call.emit(ending === '' ? 'overwrite' : 'edit', { path })
  }
  return undefined
}

/** GNU sed runs the command `e`, and `s///e`. */
function sedRuns(script: string): boolean {
  if (/(^|[;{}\n]|[\d$]|\/)\s*e(\s+\S|\s*$|\s*;)/.test(script.replace(SUBSTITUTION, ''))) return true
  return /s([^\w\s])(?:\\[\s\S]|(?!\1)[\s\S])*\1(?:\\[\s\S]|(?!\1)[\s\S])*\1[gpimIM0-9]*e/.test(script)
}

export const awk: Classifier = (call) => {
  const options = readOptions(call.args, 'F v f e E i field-separator assign file source include', true)
  const hasScript = options.has('f', 'file', 'e', 'source', 'E')
  const scripts = [...options.valuesOf('e', 'source'), ...(hasScript ? [] : options.operands.slice(0, 1))]
  if (options.has('f', 'file', 'E', 'i', 'include'))
    call.emit('unseen-code', { note: 'An awk script in a file is not read' })
  for (const script of scripts) {
    const doubt = awkEffect(script)
    if (doubt) call.emit('unseen-code', { note: doubt })
  }
  for (const path of hasScript ? options.operands : options.operands.slice(1)) {
    if (!/^[A-Za-z_]\w*=/.test(path)) call.emit('read', { path })
  }
  return undefined
}

function awkEffect(script: string): string | null {
  // Strings, then regular expressions where a value may begin, then comments.
  const bare = script
    .replace(/"(?:\\[\s\S]|[^"\\])*"/g, '""')
    .replace(/(^|[~(,!&|{;=\n]|return)\s*\/(?:\\[\s\S]|[^/\\\n])*\//g, '$1 0')
    .replace(/#.*/g, '')
  if (bare.includes('"') && bare.replaceAll('""', '').includes('"')) return 'The awk script is not understood'
  if (/\bsystem\s*\(/.test(bare)) return 'The awk script runs a command'
  if (/\bgetline\b/.test(bare) && /[^|]\|[^|]/.test(bare)) return 'The awk script runs a command'
  if (/@(load|include|\w+\()/.test(bare)) return 'The awk script loads code'
  for (const statement of bare.split(/[;{}\n]/)) {
    if (!/^\s*(if\s*\([^)]*\)\s*)?printf?\b/.test(statement) && !/\bprintf?\b/.test(statement)) continue
    const printed = statement.slice(statement.search(/\bprintf?\b/))
    if (/\|/.test(printed.replaceAll('||', ''))) return 'The awk script runs a command'
    let level = 0
    for (const character of printed) {
      if (character === '(') level++
      else if (character === ')') level--
      else if (character === '>' && level === 0) {
        if (/>>?\s*""\s*$/.test(printed) && /"\/dev\/std(out|err)"/.test(script)) continue
        return 'The awk script writes files'
      }
    }
  }
  return null
}

/** vi, ed, ex … : commands of their own, among them a shell. */
export const editor: Classifier = (call) => {
  const [first] = call.args
  if (first && /^--?(version|help)$/.test(first)) return undefined
  call.emit('unseen-code', { note: 'What an editor does is not seen' })
  return undefined
}
