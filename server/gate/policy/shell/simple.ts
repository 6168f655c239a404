// A simple command: its words are expanded, its redirections applied, and it is told apart: function, builtin, program.
import type { Assignment, Command, Redirection } from 'unbash'
import { classifyProgram } from '../commands/programs.ts'
import { HIDDEN_IN_BRACKETS, UNKNOWN } from '../text.ts'
import { BUILTINS, tellHiddenCode } from './builtins.ts'
import { type Call, emit, type Run } from './call.ts'
import { choices, expandText, expandWord, type Substitute } from './expand.ts'
import { applyRedirections } from './redirections.ts'
import { assign, fork, type Shell, valuesOf } from './state.ts'
import { runNode, runText, substituteIn } from './walk.ts'

/** Variables that make other programs run code, and values that are known to make none. */
const STEERING =
  /^(LD_PRELOAD|LD_LIBRARY_PATH|LD_AUDIT|BASH_ENV|ENV|PROMPT_COMMAND|PERL5OPT|PERL5LIB|PYTHONSTARTUP|PYTHONPATH|RUBYOPT|NODE_OPTIONS|JAVA_TOOL_OPTIONS|GIT_SSH|GIT_SSH_COMMAND|GIT_EXTERNAL_DIFF|GIT_EDITOR|GIT_PAGER|GIT_ASKPASS|GIT_PROXY_COMMAND|SSH_ASKPASS|EDITOR|VISUAL|PAGER|LESSOPEN|MANPAGER|SYSTEMD_PAGER|BROWSER|GIT_CONFIG.*|KUBE_EDITOR|RSYNC_RSH|CVS_RSH|TAR_OPTIONS|SHELLOPTS|PS4)$/
const HARMLESS_STEERING =
  /^(|cat|true|false|less|more|head|:|\/bin\/(cat|true|false)|\/usr\/bin\/(cat|true|less))$/
const SYSTEM_FOLDER = /^(\$PATH|\/usr\/local\/s?bin|\/usr\/s?bin|\/s?bin|\/snap\/bin|\/opt\/[\w.-]+\/s?bin)$/

/** Most wrappers, scripts and functions that are seen through, one in another. */
const SEEN_THROUGH = 60

export function runSimple(command: Command, shell: Shell, run: Run, stdin: string): string {
  const words = command.args.map(({ text }) => text).join(' ')
  const assignments = command.prefix.filter(isAssignment)
  const text = [command.name?.text ?? '', words, ...assignments.map((each) => each.text)].join(' ')
  const chosen = choices(text, shell)
  const [only] = chosen
  if (chosen.length === 1 && only === shell) return runOnce(command, assignments, shell, run, stdin)

  const gathered = new Map<string, string[]>()
  let printed = ''
  let cwd = shell.cwd
  for (const each of chosen) {
    const tried = fork(each)
    const before = new Map(tried.variables)
    printed = runOnce(command, assignments, tried, run, stdin) === '' ? printed : UNKNOWN
    for (const [name, values] of tried.variables) {
      if (before.get(name) !== values) gathered.set(name, [...(gathered.get(name) ?? []), ...values])
    }
    if (tried.cwd !== shell.cwd) cwd = cwd === shell.cwd || cwd === tried.cwd ? tried.cwd : UNKNOWN
  }
  for (const [name, values] of gathered) assign(shell, name, values)
  shell.cwd = cwd
  return printed
}

function runOnce(
  command: Command,
  assignments: readonly Assignment[],
  shell: Shell,
  run: Run,
  stdin: string,
): string {
  const substitute = substituteIn(run)
  const argv = command.name ? expandWord(command.name, shell, substitute) : []
  for (const word of command.args) {
    if (word.type === 'Word') argv.push(...expandWord(word, shell, substitute))
    else argv.push(assignmentText(word, shell, substitute))
  }
  const inner = argv.length === 0 ? shell : fork(shell)
  for (const each of assignments) assignFrom(each, shell, inner, run, substitute)
  const input = applyRedirections(command.redirects as readonly Redirection[], shell, run, substitute)
  if (argv.length === 0) return ''
  const receives = input.stdin ?? stdin
  const printed = dispatch(
    argv,
    assignments.length > 0 && !BUILTINS.has(argv[0] ?? '') ? inner : shell,
    run,
    receives,
  )
  return input.catchesOutput ? '' : printed
}

/** Runs words that are expanded already. @returns what it would print */
export function dispatch(argv: readonly string[], shell: Shell, run: Run, stdin: string): string {
  const [program = '', ...args] = argv
  const call: Call = {
    program,
    args,
    stdin,
    shell,
    run,
    emit: (act, target) => emit(run, shell, program, args, act, target),
    command: (words, label, changed = {}, input = stdin) =>
      dispatch(words, seenThrough(label, changed), run, input),
    script: (text, label, changed = {}, input = stdin) =>
      runText(text, seenThrough(label, changed), run, input),
  }
  function seenThrough(label: string, changed: Partial<Shell>): Shell {
    return fork(shell, { via: [...shell.via, label], depth: shell.depth + 1, ...changed })
  }
  if (argv.length === 0) return ''
  if (shell.depth > SEEN_THROUGH) run.gaveUp ??= 'too much to see through'
  if (run.gaveUp !== null) return UNKNOWN
  const bodies = shell.functions.get(program)
  if (bodies) {
    const { positional, calling, via } = shell
    for (const made of bodies) {
      // A body that is being run already says nothing new.
      if (calling.includes(made)) continue
      Object.assign(shell, {
        positional: args,
        calling: [...calling, made],
        via: [...via, `${program}()`],
      })
      runNode(made.body, shell, run, stdin)
      Object.assign(shell, { calling, via, positional })
    }
    return UNKNOWN
  }
  const builtin = BUILTINS.get(program)
  if (builtin) tellHiddenCode(call)
  return (builtin ?? classifyProgram)(call) ?? UNKNOWN
}

function isAssignment(part: Assignment | Redirection): part is Assignment {
  return part.type === 'Assignment'
}

function assignmentText(each: Assignment, shell: Shell, substitute: Substitute): string {
  if (each.value.type === 'Word') return `${each.name}=${expandText(each.value, shell, substitute)}`
  const elements = each.value.elements.flatMap((word) => expandWord(word, shell, substitute))
  shell.arrays.set(each.name, elements)
  return `${each.name}=(${elements.join(' ')})`
}

function assignFrom(each: Assignment, shell: Shell, into: Shell, run: Run, substitute: Substitute) {
  if (each.value.type === 'ArrayValue') {
    const elements = each.value.elements.flatMap((word) => expandWord(word, shell, substitute))
    into.arrays.set(each.name, [
      ...(each.append ? (shell.arrays.get(each.name) ?? [UNKNOWN]) : []),
      ...elements,
    ])
    return
  }
  const value = expandText(each.value, shell, substitute)
  steer(each.name, value, shell, run)
  if (each.index) {
    expandText(each.index, shell, substitute)
    into.arrays.set(each.name, [UNKNOWN])
  } else if (each.append)
    assign(
      into,
      each.name,
      valuesOf(shell, each.name).map((before) => before + value),
    )
  else assign(into, each.name, [value])
}

/** Some variables decide which code other programs run. */
export function steer(name: string, value: string, shell: Shell, run: Run) {
  const tell = (note: string) => emit(run, shell, '=', [`${name}=${value}`], 'unseen-code', { note })
  if (STEERING.test(name) && !HARMLESS_STEERING.test(value)) {
    tell(`${name} makes other programs run code that isn't seen here`)
  }
  // Arithmetic looks into values, and runs `$( )` in their brackets.
  if (HIDDEN_IN_BRACKETS.test(value)) tell(`The value of ${name} may be run as code`)
  if (name === 'PATH') {
    const before = valuesOf(shell, 'PATH')[0] ?? UNKNOWN
    const folders = value.replace(before, '$PATH').split(':')
    if (!folders.every((folder) => SYSTEM_FOLDER.test(folder))) tell('PATH decides which programs run')
  }
  if (/^HIST(FILE|SIZE|FILESIZE|CONTROL)$/.test(name)) {
    emit(run, shell, '=', [`${name}=${value}`], 'history-wipe', {
      note: `${name} decides what is remembered`,
    })
  }
}
