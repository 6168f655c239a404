// git: what changes a repository's files, what leaves the host, and what runs code.
import type { Call, Classifier } from '../shell/call.ts'
import { UNKNOWN } from '../text.ts'
import { readOptions } from './options.ts'

const LOOKS =
  /^(status|log|diff|show|blame|annotate|grep|shortlog|describe|rev-parse|rev-list|ls-files|ls-tree|ls-remote|cat-file|reflog|remote|fetch|name-rev|merge-base|whatchanged|cherry|count-objects|fsck|verify-\S+|version|help|var|for-each-ref|show-ref|show-branch|range-diff|check-ignore|check-attr|symbolic-ref|diff-\S+|format-patch|bundle|archive|bugreport|--version|)$/
const CHANGES =
  /^(add|commit|merge|pull|revert|cherry-pick|apply|am|switch|branch|tag|init|clone|mv|stash|worktree|notes|submodule|sparse-checkout|bisect|maintenance|update-index|write-tree|read-tree|lfs|repack|pack-refs|gc|prune-packed|config|update-ref|replace|rerere|mergetool|difftool|credential|daemon|send-email|instaweb|svn)$/

export const git: Classifier = (call) => {
  const options = readOptions(call.args, 'C c git-dir work-tree namespace exec-path config-env', true)
  const own = (name: string) => call.shell.variables.get(name)?.[0]
  const folder =
    options.valuesOf('C').join('/') ||
    (options.valueOf('work-tree') ??
      own('GIT_WORK_TREE') ??
      options.valueOf('git-dir') ??
      own('GIT_DIR') ??
      '.')
  const [verb = '', ...args] = options.operands
  checkSettings(call, options.valuesOf('c', 'config-env'))
  if (options.has('exec-path') && options.valueOf('exec-path')) call.emit('unseen-code')
  if (options.has('version', 'help')) return undefined
  judgeVerb(call, verb, args, folder)
  return undefined
}

const HARMLESS_SETTING =
  /^(user\.|color\.|advice\.|http\.(timeout|proxy|sslVerify|lowSpeed)|init\.defaultBranch|safe\.directory|core\.(quotepath|autocrlf|abbrev)|pull\.|protocol\.version|gc\.auto)/i

function checkSettings(call: Call, settings: readonly string[]) {
  for (const setting of settings.filter((each) => !HARMLESS_SETTING.test(each))) {
    call.emit('unseen-code', { note: `The setting ${setting} may run a command` })
    const value = setting.slice(setting.indexOf('=') + 1).replace(/^!/, '')
    if (/\s/.test(value)) call.script(value, 'git -c', {}, '')
  }
}

function judgeVerb(call: Call, verb: string, args: readonly string[], folder: string) {
  const words = ` ${args.join(' ')} `
  const says = (pattern: RegExp) => pattern.test(words)
  const change = (path = folder) => call.emit('edit', { path, note: `git ${verb}` })
  const discard = (path = folder) =>
    call.emit('overwrite', { path, note: `git ${verb} throws away what is not committed` })
  const host = args.find((arg) => !arg.startsWith('-')) ?? 'origin'

  if (verb === 'push') {
    const forces = says(/ (-\w*f\w*|--force\S*|--mirror|--prune|-\w*d|--delete) | \+\S| :\S/)
    call.emit(says(/ (-n|--dry-run) /) ? 'connect' : forces ? 'publish-force' : 'publish', { host })
  } else if (/^(upload-pack|receive-pack|http-backend|shell|filter-branch|filter-repo)$/.test(verb)) {
    if (says(/ --\S*(filter|callback|setup)\b/))
      call.emit('unseen-code', { note: `git ${verb} is told which program to run` })
    discard()
  } else if (
    says(
      / (--upload-pack|--receive-pack|--exec|-u|--open-files-in-pager|-O\S*|--ext-diff|--extcmd|-x)[ =]/,
    ) &&
    /^(clone|fetch|pull|ls-remote|grep|rebase|difftool)$/.test(verb)
  )
    call.emit('unseen-code', { note: `git ${verb} is told which program to run` })
  else if (verb === 'clone') {
    const options = readOptions(args, 'b o c u j branch depth origin config template reference jobs filter')
    checkSettings(call, options.valuesOf('c', 'config'))
    const [, ...rest] = options.operands
    if (args.some((arg) => /^ext::/.test(arg)) || options.has('template')) call.emit('unseen-code')
    call.emit('create', { path: rest[0] ?? folder })
  } else if (verb === 'clean') {
    if (!says(/ (-\w*n\w*|--dry-run) /))
      call.emit('delete-tree', { path: folder, tree: true, note: 'git clean' })
  } else if (verb === 'reset') {
    if (says(/ (--hard|--merge|--keep) /)) discard()
    else change()
  } else if (/^(checkout|restore)$/.test(verb)) {
    const branches =
      verb === 'checkout' &&
      !says(/ (--|\.|-f|--force|-p|--ours|--theirs) /) &&
      args.filter((arg) => !arg.startsWith('-')).length <= 1
    if (branches || (verb === 'restore' && says(/ (--staged|-S) /) && !says(/ (--worktree|-W) /))) change()
    else discard()
  } else if (verb === 'stash' && says(/ (drop|clear) /)) discard()
  else if (verb === 'stash' && says(/ (list|show) /)) return
  else if (
    verb === 'branch' &&
    (args.length === 0 || says(/ (-a|-r|-v+|--list|-l|--show-current|--contains|--merged|--no-merged) /))
  )
    return
  else if (verb === 'branch' && says(/ (-D|-f|--force) /)) discard()
  else if (verb === 'tag' && (args.length === 0 || says(/ (-l|--list|-n\d*|--contains|--points-at|-v) /)))
    return
  else if (verb === 'tag' && says(/ (-d|-f) /)) discard()
  else if (verb === 'reflog' && says(/ (expire|delete) /)) discard()
  else if (verb === 'gc' && says(/ --prune/)) discard()
  else if (verb === 'rm') {
    if (says(/ --cached /)) change()
    else
      for (const path of args.filter((arg) => !arg.startsWith('-')))
        call.emit('delete', { path: folder === '.' ? path : `${folder}/${path}` })
  } else if (verb === 'remote' && says(/ (add|remove|rm|rename|set-\S+|prune) /)) change()
  else if (verb === 'rebase') {
    if (says(/ (--exec|-x) /)) call.emit('unseen-code')
    discard()
  } else if (verb === 'config') configure(call, args, folder)
  else if (verb === 'submodule' && says(/ foreach /))
    call.script(
      args
        .slice(args.indexOf('foreach') + 1)
        .filter((arg) => !arg.startsWith('--'))
        .join(' '),
      'git submodule foreach',
    )
  else if (verb === 'bisect' && says(/ run /))
    call.command(args.slice(args.indexOf('run') + 1), 'git bisect run')
  else if (/^(format-patch|bundle|archive)$/.test(verb)) {
    const output = readOptions(args, 'o output output-directory').valueOf('o', 'output', 'output-directory')
    call.emit('create', { path: output ?? folder })
  } else if (/^(daemon|credential|send-email|instaweb)$/.test(verb))
    call.emit('unknown-program', { note: `git ${verb}` })
  else if (CHANGES.test(verb)) change()
  else if (!LOOKS.test(verb) || verb.includes(UNKNOWN))
    call.emit('unknown-program', { note: `git ${verb}: an alias may run anything` })
}

function configure(call: Call, args: readonly string[], folder: string) {
  const options = readOptions(args, 'f file type default')
  if (
    options.has('get', 'get-all', 'get-regexp', 'l', 'list', 'get-urlmatch') ||
    /^(get|list)$/.test(options.operands[0] ?? '')
  )
    return
  const [name = '', value] = options.operands.filter((word) => word !== 'set')
  if (value === undefined && !options.has('unset', 'unset-all')) return
  if (
    /^(alias\.|core\.(sshcommand|pager|editor|hookspath|fsmonitor|gitproxy|askpass)|pager\.|diff\.|merge\.|filter\.|credential\.|gpg\.|include)/i.test(
      name,
    )
  )
    call.emit('unseen-code', { note: `The setting ${name} may run a command` })
  call.emit('edit', {
    path: options.has('global') ? '~/.gitconfig' : options.has('system') ? '/etc/gitconfig' : folder,
  })
}
