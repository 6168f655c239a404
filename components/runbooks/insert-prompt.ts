import { keepDraft, readDraft } from '../console/drafts.ts'

/** The composer of the first page: what is sent there opens a session. */
export const NEW = 'now'
const EVENT = 'breakglass:insert'
const BLANK = /\{[a-z][a-z0-9_]*\}/

type Insertion = { place: string; text: string; taken: boolean }

/**
 * Puts a text behind what stands in a composer, or into its draft where it is not on this page.
 * @returns whether the composer is on this page
 */
export function putIntoComposer(place: string, text: string): boolean {
  const detail: Insertion = { place, text, taken: false }
  dispatchEvent(new CustomEvent(EVENT, { detail }))
  if (detail.taken) return true
  if (place === NEW) keepNew(text)
  else keepDraft(place, { text: join(readDraft(place).text, text), key: null })
  return false
}

/** Lets a composer take such texts; returns how to stop. */
export function takeInsertions(
  place: string,
  field: () => HTMLTextAreaElement | null,
  take: (text: string) => void,
): () => void {
  const onInsert = (event: Event) => {
    const detail = event instanceof CustomEvent ? (event.detail as Insertion) : null
    const area = field()
    if (detail?.place !== place || !area) return
    detail.taken = true
    take(join(area.value, detail.text))
    // Once the text is drawn: what is left to fill in is what the operator types first.
    requestAnimationFrame(() => {
      area.focus()
      const open = BLANK.exec(area.value)
      const end = area.value.length
      area.setSelectionRange(open?.index ?? end, open ? open.index + open[0].length : end)
    })
  }
  addEventListener(EVENT, onInsert)
  return () => removeEventListener(EVENT, onInsert)
}

function join(before: string, text: string): string {
  return before.trim() === '' ? text : `${before.trimEnd()}\n\n${text}`
}

function keepNew(text: string) {
  const key = `breakglass.draft.${NEW}`
  try {
    localStorage.setItem(key, join(localStorage.getItem(key) ?? '', text))
  } catch {
    // A browser that keeps nothing: the operator copies it from the page.
  }
}
