// Walks through a script as the shell would run it, with every branch taken, and tells of each simple command.
import {
  type CompoundList,
  forEachChild,
  type ParsedScript,
  type Pipeline,
  parse,
  type Statement,
  type SyntaxNode,
  type Word,
} from 'unbash'
import { assertNever } from '../../../../lib/assert-never.ts'
import { HIDDEN_IN_BRACKETS, MARKS, TEXT_CHARACTERS, UNKNOWN } from '../text.ts'
import { emit, type Run } from './call.ts'
import { choices, expandText, expandWord, substituteInside } from './expand.ts'
import { applyRedirections } from './redirections.ts'
import { runSimple } from './simple.ts'
import { assign, fork, join, type Shell, type ShellFunction } from './state.ts'

/** Most commands that are looked at for one call, and deepest nesting of what is seen through. */
const STEPS = 4000
const DEPTH = 40
/** Most text of scripts, and of the scripts in them, that is read for one call, in characters. */
const ALL_CHARACTERS = 256 * 1024

/** Analyses a script. @returns what it would print, where that is known */
export function runText(text: string, shell: Shell, run: Run, stdin = ''): string {
  if (MARKS.test(text)) {
    emit(run, shell, 'sh', [], 'unseen-code', { note: 'a command that is put together only when it runs' })
    // What is known of it is looked at all the same.
  }
  run.characters += text.length
  if (text.length > TEXT_CHARACTERS || run.characters > ALL_CHARACTERS) {
    run.gaveUp ??= `a script of more than ${TEXT_CHARACTERS} characters, or too many of them in each other`
    return UNKNOWN
  }
  const script = parse(text)
  const printed = runScript(script, shell, run, stdin)
  sweep(script, fork(shell), run)
  return printed
}

/** Runs whatever the parser found in `$( )` and the walk did not come by, so that no place to hide it is forgotten. */
function sweep(node: SyntaxNode, shell: Shell, run: Run) {
  forEachChild(node, (child) => {
    if (child.type === 'Script' && !run.visited.has(child)) substituteIn(run)(child, shell, '$( )')
    sweep(child, shell, run)
  })
}

export function runScript(script: ParsedScript, shell: Shell, run: Run, stdin: string): string {
  const [error] = script.errors ?? []
  if (error) emit(run, shell, 'sh', [], 'unparsed', { note: error.message })
  return runStatements(script.commands, shell, run, stdin)
}

function runStatements(statements: readonly Statement[], shell: Shell, run: Run, stdin: string): string {
  return statements
    .map(({ command, background }) => runNode(command, background ? fork(shell) : shell, run, stdin))
    .join('')
}

export function runNode(
  node: Statement['command'] | CompoundList,
  shell: Shell,
  run: Run,
  stdin: string,
): string {
  if (run.gaveUp !== null) return UNKNOWN
  if (++run.steps > STEPS) run.gaveUp = `more than ${STEPS} commands`
  if (shell.depth > DEPTH) run.gaveUp = `nesting deeper than ${DEPTH}`
  const substitute = substituteIn(run)
  const visit = (inner: SyntaxNode | undefined) => {
    if (inner) substituteInside(inner, shell, substitute)
  }
  const inner = { ...shell, depth: shell.depth + 1 }
  const list = (body: CompoundList, where: Shell) => runStatements(body.commands, where, run, stdin)
  switch (node.type) {
    case 'Command':
      return runSimple(node, shell, run, stdin)
    case 'Pipeline':
      return runPipeline(node, shell, run, stdin)
    case 'AndOr': {
      const [first, ...others] = node.commands
      let printed = first ? runNode(first, shell, run, stdin) : ''
      const before = fork(shell)
      for (const each of others) printed += runNode(each, shell, run, stdin)
      join(shell, before, strayFolder)
      return printed
    }
    case 'CompoundList':
      return list(node, shell)
    case 'BraceGroup':
      shell.depth++
      try {
        return list(node.body, shell)
      } finally {
        shell.depth--
      }
    case 'Subshell':
      return list(node.body, fork(inner, { via: [...shell.via, '( )'] }))
    case 'If': {
      const printed = list(node.clause, shell)
      return (
        printed +
        branches(shell, [
          (branch) => list(node.then, branch),
          ...node.elif.map((elif) => (branch: Shell) => list(elif.clause, branch) + list(elif.then, branch)),
          (branch) => (node.else ? list(node.else, branch) : ''),
        ])
      )
    }
    case 'While':
      return loop(shell, node, (branch) => list(node.clause, branch) + list(node.body, branch))
    case 'ArithmeticFor':
      for (const part of [node.initialize, node.test, node.update]) visit(part)
      return loop(shell, node, (branch) => list(node.body, branch))
    case 'For':
    case 'Select': {
      const values = node.wordlist?.flatMap((word) =>
        choices(word.text, shell).flatMap((each) => expandWord(word, each, substitute)),
      )
      return loop(shell, node.body, (branch) => {
        assign(branch, node.name.value, values ?? shell.positional ?? [UNKNOWN])
        return list(node.body, branch)
      })
    }
    case 'Case':
      expandText(node.word, shell, substitute)
      for (const word of node.items.flatMap(({ pattern }) => pattern)) expandText(word, shell, substitute)
      return branches(
        shell,
        node.items.map((item) => (branch) => list(item.body, branch)),
      )
    case 'Function':
      return define({ name: node.name.value, body: node.body }, node, shell, run)
    case 'Coproc':
      return runNode(node.body, fork(inner), run, stdin)
    case 'Redirected': {
      const input = applyRedirections(node.redirects, shell, run, substitute)
      const printed = runNode(node.command, shell, run, input.stdin ?? stdin)
      return input.catchesOutput ? '' : printed
    }
    case 'TestCommand':
      visit(node.expression)
      if (hidesCode(node.expression))
        emit(run, shell, '[[', [], 'unseen-code', { note: 'It may run what stands in brackets' })
      return ''
    case 'ArithmeticCommand':
      visit(node.expression)
      for (const name of namesAssigned(node)) assign(shell, name, [UNKNOWN])
      return ''
    default:
      return assertNever(node)
  }
}

/** What stands in `$( )` and `<( )` runs in a subshell; the latter is read as a file. */
export function substituteIn(run: Run) {
  return (script: ParsedScript | undefined, shell: Shell, label: string): string => {
    if (!script) {
      emit(run, shell, 'sh', [], 'unparsed', { note: `what stands in ${label} can't be read` })
      return UNKNOWN
    }
    run.visited.add(script)
    const inner = fork(shell, { via: [...shell.via, label], depth: shell.depth + 1 })
    const printed = runScript(script, inner, run, label === '>( )' ? UNKNOWN : '')
    if (label === '$( )') return printed
    const path = `/dev/fd/${63 - run.pipes.size}`
    run.pipes.set(path, printed)
    return path
  }
}

function runPipeline(node: Pipeline, shell: Shell, run: Run, stdin: string): string {
  if (node.commands.length === 1 && node.commands[0]) return runNode(node.commands[0], shell, run, stdin)
  return node.commands.reduce((input, each) => runNode(each, fork(shell), run, input), stdin)
}

/** One of several may run, or none. */
function branches(shell: Shell, bodies: readonly ((branch: Shell) => string)[]): string {
  const before = fork(shell)
  let printed = ''
  for (const body of bodies) {
    const branch = fork(before, { depth: before.depth + 1 })
    if (body(branch) !== '') printed = UNKNOWN
    join(branch, shell, strayFolder)
    Object.assign(shell, { ...branch, depth: shell.depth })
  }
  return printed
}

/** What a body assigns may already have been assigned by the round before. */
function loop(shell: Shell, body: SyntaxNode, round: (branch: Shell) => string): string {
  for (const name of namesAssigned(body)) assign(shell, name, [UNKNOWN])
  const { cwd } = shell
  const printed = branches(shell, [round])
  if (shell.cwd === cwd) return printed
  shell.cwd = UNKNOWN
  return branches(shell, [round])
}

/** A shell that may have gone elsewhere: the worse place counts. */
function strayFolder(before: string, after: string): string {
  if (before === after) return before
  return before.startsWith('/') && after.startsWith(`${before}/`) ? after : before === '/' ? UNKNOWN : after
}

function define(made: ShellFunction, node: SyntaxNode, shell: Shell, run: Run): string {
  shell.functions.set(made.name, [...(shell.functions.get(made.name) ?? []), made])
  if (multiplies(node, made.name)) {
    emit(run, shell, made.name, [], 'fork-bomb', { note: 'a function that starts itself more than once' })
  }
  return ''
}

/** Whether a function calls itself in a pipeline, in the background, or twice. */
function multiplies(body: SyntaxNode, name: string): boolean {
  let calls = 0
  let isSpread = false
  const look = (node: SyntaxNode) => {
    if (node.type === 'Command' && node.name?.value === name) calls++
    if (node.type === 'Pipeline' && node.commands.length > 1) isSpread ||= mentions(node, name)
    if (node.type === 'Statement' && node.background) isSpread ||= mentions(node, name)
    forEachChild(node, look)
  }
  look(body)
  return calls > 0 && isSpread
}

/** `-v` and comparisons of numbers look into brackets, and run `$( )` in them although it was quoted. */
function hidesCode(node: SyntaxNode): boolean {
  let hides = node.type === 'Word' && HIDDEN_IN_BRACKETS.test(node.value)
  forEachChild(node, (child) => {
    hides ||= hidesCode(child)
  })
  return hides
}

function mentions(node: SyntaxNode, name: string): boolean {
  let found = node.type === 'Command' && node.name?.value === name
  forEachChild(node, (child) => {
    found ||= mentions(child, name)
  })
  return found
}

const ASSIGNING = new Set(
  'read mapfile readarray getopts printf declare local typeset export unset let'.split(' '),
)

function namesAssigned(node: SyntaxNode): Set<string> {
  const names = new Set<string>()
  const look = (each: SyntaxNode) => {
    if (each.type === 'Assignment') names.add(each.name)
    if (each.type === 'For' || each.type === 'Select') names.add(each.name.value)
    if (each.type === 'Command' && ASSIGNING.has(each.name?.value ?? '')) each.args.forEach(addName)
    if (each.type === 'ArithmeticCommand' || each.type === 'ArithmeticExpansion') {
      const text = each.type === 'ArithmeticCommand' ? each.body : each.text
      for (const [, name] of text.matchAll(/([A-Za-z_]\w*)\s*(?:[-+*/%&|^]|<<|>>)?(?:=(?!=)|\+\+|--)/g))
        names.add(name ?? '')
    }
    forEachChild(each, look)
  }
  const addName = (word: Word | SyntaxNode) => {
    if (word.type === 'Word' && /^[A-Za-z_]\w*/.test(word.value))
      names.add(/^\w+/.exec(word.value)?.[0] ?? '')
  }
  look(node)
  return names
}
