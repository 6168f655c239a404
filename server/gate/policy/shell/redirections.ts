// What redirections read, write and pass on.
import type { Redirection } from 'unbash'
import { isDevice } from '../paths.ts'
import { UNKNOWN } from '../text.ts'
import { emit, type Run, resolveIn } from './call.ts'
import { choices, expandText, type Substitute } from './expand.ts'
import type { Shell } from './state.ts'

export type Redirected = {
  /** What the command reads; null where nothing is redirected. */
  stdin: string | null
  /** Whether what it prints goes into a file. */
  catchesOutput: boolean
}

/** Tells of every file that redirections write, and of hosts they connect to. */
export function applyRedirections(
  redirects: readonly Redirection[],
  shell: Shell,
  run: Run,
  substitute: Substitute,
): Redirected {
  const found: Redirected = { stdin: null, catchesOutput: false }
  for (const redirect of redirects) {
    switch (redirect.type) {
      case 'HereDoc': {
        const { body } = redirect
        found.stdin =
          redirect.delimiter?.quoted || !body.parts ? body.text : expandText(body, shell, substitute)
        break
      }
      case 'HereString':
        found.stdin = redirect.target ? `${expandText(redirect.target, shell, substitute)}\n` : UNKNOWN
        break
      case 'Redirect': {
        const { operator, target, descriptor } = redirect
        if (!target) {
          emit(run, shell, operator, [], 'unparsed', { note: 'a redirection to nothing' })
          break
        }
        const number = descriptor?.type === 'FileDescriptor' ? descriptor.value : null
        for (const chosen of choices(target.text, shell)) {
          const path = expandText(target, chosen, substitute)
          apply(operator, path, number, chosen)
        }
        break
      }
    }
  }
  return found

  function apply(operator: string, path: string, number: number | null, chosen: Shell) {
    if (/^(<&|>&)$/.test(operator) && /^(\d+-?|-)$/.test(path)) return
    const socket = /^\/dev\/(tcp|udp)\/([^/]*)\/(.*)$/.exec(path)
    const reads = operator === '<' || operator === '<&'
    if (socket) {
      emit(run, chosen, operator, [path], reads ? 'connect' : 'send', { host: socket[2] ?? UNKNOWN })
      if (reads) found.stdin = UNKNOWN
      return
    }
    if (reads) {
      found.stdin = run.pipes.get(path) ?? (resolveIn(run, chosen, path) === '/dev/null' ? '' : UNKNOWN)
      emit(run, chosen, operator, [path], 'read', { path })
      return
    }
    if ((number ?? 1) === 1) found.catchesOutput = !/^\/dev\/(stdout|stderr|tty|fd\/\d+)$/.test(path)
    if (isDevice(resolveIn(run, chosen, path))) {
      emit(run, chosen, operator, [path], 'wipe-disk', { path })
    } else {
      emit(run, chosen, operator, [path], operator.endsWith('>>') ? 'append' : 'overwrite', { path })
    }
  }
}
