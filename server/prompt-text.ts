// What the CLI gets for what an operator typed.
import type { Tables } from './tables.ts'

/** A file that is named so goes to the model with the prompt, without a call that the gate could see (measured, 2.1.197). */
const MENTION = /(?<=^|[\s\u3002\u3001\uff1f\uff01])@/g
const WORD_JOINER = '\u2060'

/**
 * Makes a prompt plain text: the CLI takes a leading `!` for a shell command that passes no gate, and a leading `/`
 * for a command of its own. One space keeps it from doing so (measured); a sign that nobody sees keeps `@file` from being
 * attached, and a TUI from completing it in place of sending it.
 */
export function asText(prompt: string): string {
  const text = prompt.replace(MENTION, `${WORD_JOINER}@`)
  return /^[!/]/.test(text) ? ` ${text}` : text
}

/**
 * Tells the model of calls whose end it has not seen: a CLI that was killed in the middle of a tool resumes
 * without that call, as if it had never been made (measured).
 */
export function withNoteOfUnfinished(prompt: string, tables: Tables, sessionId: string): string {
  const last = tables.turns.lastEnded(sessionId)
  if (!last || last.outcome === 'success') return prompt
  const open = new Map<string, string>()
  for (const event of tables.events.ofTurn(sessionId, last.id)) {
    if (event.kind !== 'tool') continue
    if (event.phase === 'call')
      open.set(event.tool_use_id, `${event.name} ${JSON.stringify(event.input)}`.slice(0, 500))
    else open.delete(event.tool_use_id)
  }
  if (open.size === 0) return prompt
  const calls = [...open.values()].map((call) => `- ${call}`).join('\n')
  return `[Note of the console: your previous turn was cut off while these calls ran. They may have had effects, in part or in whole; check before you rely on either.\n${calls}]\n\n${prompt}`
}
