// What the agent asks by its tools AskUserQuestion and ExitPlanMode, read defensively from the call's input.

/** One question with the answers that the agent offers; another answer may always be written. */
export type AgentQuestion = {
  /** Names its answer, letter by letter, so it is unique within a call. */
  question: string
  header: string
  options: readonly { label: string; description: string }[]
  several: boolean
}

/** The questions of an AskUserQuestion call; what is none is left out. */
export function readQuestions(input: Record<string, unknown>): AgentQuestion[] {
  const seen = new Set<string>()
  return fieldsIn(input.questions).flatMap((entry) => {
    const { question } = entry
    if (typeof question !== 'string' || seen.has(question)) return []
    seen.add(question)
    const labels = new Set<string>()
    const options = fieldsIn(entry.options).flatMap((option) => {
      const label = text(option.label)
      if (label === '' || labels.has(label)) return []
      labels.add(label)
      return [{ label, description: text(option.description) }]
    })
    return [{ question, header: text(entry.header), options, several: entry.multiSelect === true }]
  })
}

/** What was answered, by question, as it stands in the input that the CLI went on with. */
export function readAnswers(input: Record<string, unknown>): Record<string, string> {
  const { answers } = input
  if (!isFields(answers)) return {}
  return Object.fromEntries(
    Object.entries(answers).flatMap(([question, answer]) =>
      typeof answer === 'string' ? [[question, answer] as const] : [],
    ),
  )
}

/** The plan of an ExitPlanMode call as markdown; empty where there is none. */
export function readPlan(input: Record<string, unknown>): string {
  return text(input.plan)
}

/** Several answers to one question in the form that the CLI expects. */
export function joinAnswers(answers: readonly string[]): string {
  return answers.join(', ')
}

function fieldsIn(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter(isFields) : []
}

function isFields(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function text(value: unknown): string {
  return typeof value === 'string' ? value.trim() : ''
}
