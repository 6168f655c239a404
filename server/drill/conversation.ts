// Reads from a Messages request where its conversation stands: the prompt, the answers since, the newest tool outputs.
import { z } from 'zod'

const textBlock = z.looseObject({ type: z.literal('text'), text: z.string() })
const toolResult = z.looseObject({
  type: z.literal('tool_result'),
  content: z.union([z.string(), z.array(z.looseObject({ type: z.string() }))]).optional(),
  is_error: z.boolean().optional(),
})
const message = z.looseObject({
  role: z.string(),
  content: z.union([z.string(), z.array(z.looseObject({ type: z.string() }))]),
})

/** As much of a Messages request as the scripted model looks at. */
export const messagesRequest = z.looseObject({
  model: z.string(),
  stream: z.boolean().optional(),
  system: z.union([z.string(), z.array(z.looseObject({ type: z.string() }))]).optional(),
  tools: z.array(z.unknown()).optional(),
  messages: z.array(message),
})

export type MessagesRequest = z.infer<typeof messagesRequest>

type ToolOutput = { text: string; isError: boolean }

/** A prompt and what followed it, up to the next prompt. */
export type Exchange = {
  prompt: string
  /** Answers of the model since the prompt; blocks of one answer count once. */
  answers: number
  /** Every tool output since the prompt, oldest first. */
  outputs: ToolOutput[]
  /** The outputs of the newest calls. */
  newest: ToolOutput[]
  /** How many tools the newest answer called. */
  calls: number
  interrupted: boolean
}

/** The conversation of a request, one exchange a prompt, oldest first. Contract: never throws. */
export function readConversation(request: MessagesRequest): Exchange[] {
  const exchanges: Exchange[] = []
  let previousRole = ''
  for (const { role, content } of request.messages) {
    if (role === 'system') continue
    const current = exchanges.at(-1)
    if (role === 'assistant') {
      if (!current || plainText(content) === FILLER) continue
      if (previousRole !== 'assistant') {
        current.answers++
        current.calls = 0
      }
      if (typeof content !== 'string')
        current.calls += content.filter(({ type }) => type === 'tool_use').length
    } else {
      const hasOutputs = typeof content !== 'string' && content.some(({ type }) => type === 'tool_result')
      if (current && hasOutputs && previousRole === 'assistant') current.newest = []
      for (const block of typeof content === 'string' ? [{ type: 'text', text: content }] : content) {
        readUserBlock(block, exchanges)
      }
    }
    previousRole = role
  }
  return exchanges
}

/** The answer that the CLI writes itself when it resumes a conversation that was cut off. */
const FILLER = 'No response requested.'

function readUserBlock(block: { type: string }, exchanges: Exchange[]): void {
  const current = exchanges.at(-1)
  const result = toolResult.safeParse(block)
  if (result.success) {
    const output = { text: plainText(result.data.content ?? ''), isError: result.data.is_error === true }
    if (!current) return
    current.outputs.push(output)
    current.newest.push(output)
    return
  }
  const said = textBlock.safeParse(block)
  if (!said.success) return
  const text = withoutReminders(said.data.text)
  if (text === '') return
  if (INTERRUPTED.test(text)) {
    if (current) current.interrupted = true
    return
  }
  const summarised = PROMPTS_SUMMARISED.exec(text)?.[1]
  if (COMPACTED.test(text)) {
    // Their words are gone, but the turns of the script that they played stay used up.
    for (let count = Number(summarised ?? 0); count > 0; count--) exchanges.push(newExchange(''))
    return
  }
  if (MACHINE_TEXT.test(text)) return
  exchanges.push(newExchange(text))
}

function newExchange(prompt: string): Exchange {
  return { prompt, answers: 0, outputs: [], newest: [], calls: 0, interrupted: false }
}

const INTERRUPTED = /^\[Request interrupted by user[^\]]*\]$/

const COMPACTED = /^This session is being continued from a previous conversation/
const PROMPTS_SUMMARISED = /Prompts so far: (\d{1,3})\./

/** What the CLI itself puts into user messages: records of local commands, and its word at a resumption. */
const MACHINE_TEXT = /^(<(local-command-|command-|bash-|user-memory)|Continue from where you left off\.$)/

function withoutReminders(text: string): string {
  return text.replace(/<system-reminder>[\s\S]*?<\/system-reminder>/g, '').trim()
}

/** The text of a content that is a string or blocks. */
function plainText(content: string | readonly { type: string }[]): string {
  if (typeof content === 'string') return content
  return content.flatMap((block) => textBlock.safeParse(block).data?.text ?? []).join('\n')
}

/**
 * The CLI's working directory: from the environment block of its system prompt, or, when a system prompt of the
 * operator's own has replaced that, from the output of a `pwd` in the conversation. Null when neither is there.
 */
export function workingDirectory(request: MessagesRequest): string | null {
  const named = /working directory: *(\/[^\n]*?)\s*(?:\n|$)/i.exec(plainText(request.system ?? ''))?.[1]
  if (named) return named
  for (const { outputs } of readConversation(request)) {
    for (const { text } of outputs) {
      const printed = /^(\/\S[^\n]*)(?:\n|$)/.exec(text)?.[1]
      if (printed) return printed
    }
  }
  return null
}

/** The scripted model's summary of a conversation of so many prompts, which readConversation takes up again. */
export function summaryOf(prompts: number): string {
  return `<analysis>The conversation follows a script.</analysis>\n<summary>A rehearsal with a scripted model. Prompts so far: ${prompts}.</summary>`
}

/** Whether the request asks for a summary that is to replace the conversation. */
export function asksForSummary(request: MessagesRequest): boolean {
  const last = request.messages.findLast(({ role }) => role === 'user')
  return last !== undefined && /create a detailed summary of/i.test(plainText(last.content).slice(-20_000))
}
