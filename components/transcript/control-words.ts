import type { ControlBlock } from '../../lib/block-types.ts'
import { BUDGET_KINDS, formatAmount } from '../../lib/budget.ts'
import { formatDuration, makeVisible } from '../../lib/format.ts'
import type { Severity } from '../ui/severity.tsx'

type Words = { severity: Severity; say: (by: string, fields: Record<string, unknown>) => string }

/** Sentences for the actions that are known; the reason, where there is one, follows behind a colon. */
const KNOWN: Record<string, Words> = {
  opened: { severity: 'quiet', say: (by) => `${by} opened the session` },
  closed: {
    severity: 'quiet',
    say: (by, { outcome }) =>
      `${by} closed the session${typeof outcome === 'string' ? ` as ${outcome}` : ''}`,
  },
  extended: {
    severity: 'info',
    say: (by, { minutes }) =>
      `${by} gave it ${typeof minutes === 'number' ? `${minutes} more minutes` : 'more time'}`,
  },
  expired: { severity: 'warn', say: () => 'Time ran out' },
  budget_warning: { severity: 'warn', say: () => 'The budget of this session is nearly used up' },
  budget_spent: { severity: 'error', say: () => 'The budget of this session is used up' },
  budget_changed: {
    severity: 'info',
    say: (by, fields) => `${by} changed the budget${budget(fields)}`,
  },
  limit_met: {
    severity: 'error',
    say: (_, { limit }) => (limit === 'processes' ? 'A limit on processes was met' : 'Memory ran out'),
  },
  stalled: { severity: 'warn', say: () => 'Nothing moves' },
  moved: { severity: 'quiet', say: (_, { seconds }) => `It moves again after ${Number(seconds) || 0} s` },
  time_box_warning: { severity: 'warn', say: () => 'The time box of this session ends soon' },
  time_box_over: { severity: 'error', say: () => 'The time box of this session is over' },
  observer_added: {
    severity: 'info',
    say: (by, { label }) => `${by} shared a read-only link with ${text(label)}`,
  },
  observer_opened: { severity: 'info', say: (by) => `${by} opened the link` },
  observer_revoked: { severity: 'info', say: (by, { label }) => `${by} revoked the link of ${text(label)}` },
  stop_requested: { severity: 'warn', say: (by) => `${by} pressed Stop` },
  stopped: { severity: 'warn', say: (by) => `Stopped by ${by}` },
  survivors: {
    severity: 'critical',
    say: (_, { survivors }) => `Still running after a stop: ${count(survivors)}`,
  },
  killed: { severity: 'critical', say: (by) => `${by} pulled the kill switch` },
  kill_lifted: { severity: 'info', say: (by) => `${by} lifted the kill switch` },
  adopted: { severity: 'info', say: () => 'The turn was taken up again' },
  restarted: {
    severity: 'warn',
    say: (_, { attempt, max_attempts }) =>
      `The CLI ended in the middle of the turn and is started again (${Number(attempt)} of ${Number(max_attempts)})`,
  },
  cli_ended: { severity: 'warn', say: () => 'The CLI ended between turns' },
  queue_held: { severity: 'warn', say: () => 'Queued prompts are held' },
  held: { severity: 'warn', say: () => 'Queued prompts are held' },
  queued_prompt_removed: {
    severity: 'quiet',
    say: (by, { prompt }) => `${by} removed a queued prompt: ${text(prompt)}`,
  },
  retrying: {
    severity: 'warn',
    say: (_, fields) => `The model ${answered(fields)}; the CLI tries again${retry(fields)}`,
  },
  rate_limited: { severity: 'warn', say: () => 'The provider limits the rate of requests' },
  compacted: { severity: 'info', say: () => 'The conversation was compacted to make room' },
  compaction_failed: { severity: 'warn', say: () => 'The conversation could not be compacted' },
  driver_changed: {
    severity: 'info',
    say: (by, { from, to, effective }) =>
      `${by} changed the driver from ${text(from)} to ${text(to)}${whenOf(effective)}`,
  },
  provider_changed: {
    severity: 'info',
    say: (by, { from, to, effective }) =>
      `${by} changed the provider from ${text(from)} to ${text(to)}${whenOf(effective)}`,
  },
  provider_offered: {
    severity: 'warn',
    say: (by, { to }) => `${by} offers to go on with ${text(to)}`,
  },
  no_provider_left: { severity: 'error', say: () => 'No other provider answers' },
  model_changed: {
    severity: 'info',
    say: (by, { to, fallback_model, effective }) => {
      if (to === undefined)
        return `The model was changed${fallback_model ? ` to ${text(fallback_model)}` : ''}`
      return `${by} changed the model to ${to === null ? 'the provider’s own' : text(to)}${whenOf(effective)}`
    },
  },
  denied: {
    severity: 'warn',
    say: (_, { tool_name }) => `The CLI refused a call${tool_name ? ` of ${text(tool_name)}` : ''}`,
  },
  task_ended: { severity: 'quiet', say: () => 'A task in the background ended' },
  context: { severity: 'quiet', say: () => 'The CLI added to the conversation' },
  notice: { severity: 'info', say: () => 'The CLI says' },
  hook: {
    severity: 'quiet',
    say: (_, { hook_name }) => `A hook wrote${hook_name ? ` (${text(hook_name)})` : ''}`,
  },
  terminal_opened: { severity: 'quiet', say: (by) => `${by} opened a terminal` },
  terminal_closed: { severity: 'quiet', say: () => 'A terminal was closed' },
  policy_changed: { severity: 'info', say: () => 'The policy was changed: it holds from the next call on' },
  policy_refused: {
    severity: 'error',
    say: () => 'The policy was changed and can’t be used: the one before stays in force',
  },
  grant_revoked: { severity: 'warn', say: (by) => `${by} took back what was allowed for this session` },
  keyboard_taken: {
    severity: 'info',
    say: (by, { from }) => `${by} took the keyboard${from ? ` over from ${text(from)}` : ''}`,
  },
  keyboard_given_back: { severity: 'quiet', say: (by) => `${by} gave the keyboard back` },
  typed: {
    severity: 'info',
    say: (by, { bytes }) => `${by} typed ${Number(bytes) || 0} bytes in a terminal`,
  },
  typed_turn: {
    severity: 'info',
    say: (by, { shell }) =>
      shell === true
        ? `${by} typed a line for the shell, which passed no gate`
        : `${by} typed a prompt by hand`,
  },
  cost: { severity: 'quiet', say: (_, { usd }) => `The turn cost $${Number(usd)}` },
  typed_read: { severity: 'warn', say: (by) => `${by} read what was typed in a terminal` },
  raw_viewed: {
    severity: 'warn',
    say: (by, { what }) => `${by} looked at the ${text(what)} of this session unmasked`,
  },
  recording_ended: { severity: 'warn', say: () => 'The recording of a terminal ended before the terminal' },
  clock_jumped: { severity: 'warn', say: () => 'Somebody set the clock' },
  drill_check: {
    severity: 'info',
    say: (_, { repaired }) => (repaired === true ? 'Drill check passed' : 'Drill check: not there yet'),
  },
}

/** What a control event says in one sentence, and how grave it is. An unknown action is said by its name. */
export function describeControl(control: ControlBlock): { severity: Severity; said: string } {
  const by = makeVisible(control.operator || 'console').replace(/^console$/, 'the console')
  const known = Object.hasOwn(KNOWN, control.action) ? KNOWN[control.action] : undefined
  if (!known) return { severity: 'quiet', said: `${by}: ${makeVisible(control.action).replaceAll('_', ' ')}` }
  const severity =
    control.action === 'drill_check' ? (control.fields.repaired === true ? 'ok' : 'warn') : known.severity
  const said = known.say(by, control.fields)
  return { severity, said: said.charAt(0) === 't' && by === 'the console' ? `T${said.slice(1)}` : said }
}

function whenOf(effective: unknown): string {
  return effective === 'next_turn' ? ', from the next turn on' : ''
}

function text(value: unknown): string {
  return typeof value === 'string' ? makeVisible(value).slice(0, 200) : ''
}

/** Only what was changed stands in the event. */
function budget(fields: Record<string, unknown>): string {
  const changed = BUDGET_KINDS.flatMap((kind) => {
    const limit = fields[kind]
    return typeof limit === 'number' || limit === null ? [formatAmount(kind, limit)] : []
  })
  return changed.length > 0 ? ` to ${changed.join(', ')}` : ''
}

function count(survivors: unknown): string {
  const n = Array.isArray(survivors) ? survivors.length : 0
  return n === 1 ? 'one process' : `${n} processes`
}

function answered({ error_status }: Record<string, unknown>): string {
  return typeof error_status === 'number' && error_status > 0 ? `answered ${error_status}` : 'did not answer'
}

function retry({ attempt, max_retries, retry_delay_ms }: Record<string, unknown>): string {
  const tries =
    typeof attempt === 'number' && typeof max_retries === 'number' ? ` (${attempt} of ${max_retries})` : ''
  return typeof retry_delay_ms === 'number' ? `${tries} in ${formatDuration(retry_delay_ms)}` : tries
}
