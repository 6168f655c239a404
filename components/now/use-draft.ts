'use client'
import { type RefObject, useEffect, useState } from 'react'

/**
 * A text that survives reload and crash in this browser.
 *
 * @param field what is typed into before the page lives wins over what was kept
 */
export function useDraft(
  name: string,
  field: RefObject<HTMLTextAreaElement | null>,
): [text: string, setText: (text: string) => void] {
  const [text, setText] = useState('')
  const key = `breakglass.draft.${name}`

  useEffect(() => {
    const typed = field.current?.value
    try {
      setText(typed || (localStorage.getItem(key) ?? ''))
    } catch {
      // A browser that keeps nothing has no draft.
    }
  }, [key, field])

  function keep(next: string) {
    setText(next)
    try {
      if (next === '') localStorage.removeItem(key)
      else localStorage.setItem(key, next)
    } catch {
      // The text is still in its field.
    }
  }

  return [text, keep]
}
