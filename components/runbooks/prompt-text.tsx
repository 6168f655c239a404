import { makeVisible } from '../../lib/format.ts'

/** A prompt with its blanks marked: filled ones plain, open ones in their braces. */
export function PromptText({ text, values }: { text: string; values: Readonly<Record<string, string>> }) {
  const parts = text.split(/(\{[a-z][a-z0-9_]*\})/g).map((part, at) => ({ part, at }))
  return parts.map(({ part, at }) => {
    const name = /^\{([a-z][a-z0-9_]*)\}$/.exec(part)?.[1]
    if (name === undefined) return makeVisible(part)
    const value = values[name]
    return (
      <mark
        key={at}
        className={value ? 'bg-transparent font-medium text-text' : 'rounded-sm bg-raised px-1 text-accent'}
      >
        {value ? makeVisible(value) : part}
      </mark>
    )
  })
}
