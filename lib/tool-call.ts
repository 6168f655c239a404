// What a tool call does, said in one line, and whether it changes something.
import { readPlan, readQuestions } from './agent-questions.ts'

type Input = Record<string, unknown>

const FILE_TOOLS = new Set(['Edit', 'MultiEdit', 'Write', 'NotebookEdit'])

/** A word that begins a command, with what may stand before it: a separator, `sudo`, variables. */
const START = String.raw`(?:^|[;&|(\n]|\b(?:then|do|else|xargs|sudo|env|nohup|time|exec))\s*(?:-\S+\s+)*(?:\w+=\S*\s+)*(?:\S*/)?`
const CHANGING = [
  String.raw`(?:rm|rmdir|mv|cp|dd|tee|ln|chmod|chown|chgrp|mkdir|touch|truncate|install|rsync|mkfs\S*|mount|umount|kill|pkill|killall|reboot|shutdown|poweroff|halt|crontab|useradd|userdel|usermod|passwd|swapoff|swapon|patch|logrotate|gzip|gunzip|unzip)\b`,
  String.raw`sed\b[^;|&\n]*\s-[a-zA-Z]*i`,
  String.raw`systemctl\s+(?:-\S+\s+)*(?:start|stop|restart|reload|try-restart|reload-or-restart|enable|disable|mask|unmask|kill|set-property|daemon-reload|isolate|reset-failed)\b`,
  String.raw`service\s+\S+\s+(?:start|stop|restart|reload)\b`,
  String.raw`(?:apt|apt-get|yum|dnf|apk|brew|npm|pip|pip3|snap)\s+(?:-\S+\s+)*(?:install|remove|purge|upgrade|update|add|del|ci|uninstall)\b`,
  String.raw`(?:docker|podman)\s+(?:compose\s+)?(?:rm|stop|start|restart|kill|run|exec|up|down|prune|volume|system)\b`,
  String.raw`kubectl\s+(?:-\S+\s+(?:[^-\s]\S*\s+)?)*(?:apply|create|delete|scale|rollout|edit|patch|drain|cordon|uncordon|exec|set|replace|label|annotate|taint)\b`,
  String.raw`git\s+(?:-\S+\s+(?:[^-\s]\S*\s+)?)*(?:add|commit|push|reset|checkout|switch|restore|clean|merge|rebase|stash|rm|mv|revert)\b`,
  String.raw`(?:iptables|ip6tables|nft|ufw)\s+(?!-(?:L|S|nvL|n)\b|list\b|status\b)`,
  String.raw`sysctl\s+(?:-w\b|\S+=)`,
  String.raw`ip\s+(?:-\S+\s+)*\w+\s+(?:add|del|set|flush|replace)\b`,
].map((pattern) => new RegExp(START + pattern))
/** Output sent into a file that is more than a sink. */
const REDIRECT = /(?:^|[^<>&\d-])\d?>>?\|?\s*(?!&|\/dev\/(?:null|stdout|stderr|tty)\b|=)[^\s>&|;]/

/**
 * Whether a call changes something, as far as its text tells: known file tools, and shell commands that begin
 * with a changing word or redirect into a file. A mark for the reader, no guard: the gate decides by itself.
 */
export function changesState(name: string, input: Input): boolean {
  if (FILE_TOOLS.has(name)) return true
  if (name !== 'Bash') return false
  const command = text(input.command).slice(0, 20_000)
  const unquoted = command.replace(/'[^']*'|"(?:[^"\\]|\\.)*"/g, '""')
  return CHANGING.some((pattern) => pattern.test(unquoted)) || REDIRECT.test(unquoted)
}

/**
 * A call in one line, in the words of its own input: the command, the path, the pattern.
 * @returns `what`, to be drawn in monospace, and `label`, the tool's name where `what` does not say it
 */
export function describeCall(name: string, input: Input): { label: string; what: string } {
  const first = (...keys: string[]): string =>
    keys.map((key) => text(input[key])).find((value) => value !== '') ?? ''
  switch (name) {
    case 'Bash':
      return { label: '', what: first('command', 'description') }
    case 'Read':
    case 'Write':
    case 'Edit':
    case 'MultiEdit':
    case 'NotebookEdit':
      return { label: name, what: `${first('file_path', 'notebook_path', 'path')}${lineRange(input)}` }
    case 'Grep':
      return { label: name, what: [first('pattern'), first('path', 'glob')].filter(Boolean).join(' in ') }
    case 'Glob':
      return { label: name, what: [first('pattern'), first('path')].filter(Boolean).join(' in ') }
    case 'LS':
      return { label: name, what: first('path') }
    case 'WebFetch':
      return { label: name, what: first('url') }
    case 'WebSearch':
      return { label: name, what: first('query') }
    case 'Task':
    case 'Agent':
      return { label: text(input.subagent_type) || 'Subagent', what: first('description', 'prompt') }
    case 'AskUserQuestion': {
      const [question, ...more] = readQuestions(input)
      return {
        label: 'Question',
        what: `${question?.question ?? ''}${more.length > 0 ? ` (+${more.length})` : ''}`,
      }
    }
    case 'ExitPlanMode':
      return { label: 'Plan to approve', what: firstLine(readPlan(input)) }
    case 'TodoWrite':
      return { label: 'Plan', what: todoSummary(input.todos) }
    default:
      return {
        label: name || 'Unknown tool',
        what: first('command', 'file_path', 'path', 'query', 'url', 'pattern', 'description'),
      }
  }
}

/** Whether a call hands its work to a subagent, which asks a model of its own. */
export function isSubagent(name: string): boolean {
  return name === 'Task' || name === 'Agent'
}

export type Todo = { text: string; state: 'pending' | 'in_progress' | 'completed' }

/** The entries of a TodoWrite call; what is no entry is left out. */
export function readTodos(value: unknown): Todo[] {
  if (!Array.isArray(value)) return []
  return value.flatMap((entry: unknown) => {
    if (typeof entry !== 'object' || entry === null) return []
    const { content, status } = entry as Input
    const state = status === 'completed' || status === 'in_progress' ? status : 'pending'
    return typeof content === 'string' ? [{ text: content, state }] : []
  })
}

function todoSummary(value: unknown): string {
  const todos = readTodos(value)
  const done = todos.filter((todo) => todo.state === 'completed').length
  const current = todos.find((todo) => todo.state === 'in_progress')
  return `${done} of ${todos.length} done${current ? ` · ${current.text}` : ''}`
}

function firstLine(markdown: string): string {
  return (markdown.split('\n').find((line) => line.trim() !== '') ?? '').replace(/^#+\s*/, '')
}

function lineRange(input: Input): string {
  const { offset, limit } = input
  if (typeof offset !== 'number') return ''
  return typeof limit === 'number' ? `:${offset}–${offset + limit - 1}` : `:${offset}`
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

/** Whether an output is what the CLI (2.1.197) tells the model of a call that was stopped, in place of what it wrote. */
export function isWordOfStop(output: string): boolean {
  return /^(The user doesn't want to|\[Request interrupted by user)/.test(output)
}
