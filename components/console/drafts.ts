'use client'

/** What was typed and not yet accepted by the server, with the key of the try under way. */
export type Draft = { text: string; key: string | null }

const nameOf = (session: string) => `breakglass.draft.${session}`

/** The draft of a session, or none; a browser that keeps nothing has none. */
export function readDraft(session: string): Draft {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(nameOf(session)) ?? 'null')
    if (typeof kept === 'object' && kept !== null && 'text' in kept && typeof kept.text === 'string') {
      return { text: kept.text, key: 'key' in kept && typeof kept.key === 'string' ? kept.key : null }
    }
  } catch {
    // Unreadable or forbidden: as if nothing had been typed.
  }
  return { text: '', key: null }
}

export function keepDraft(session: string, draft: Draft): void {
  try {
    if (draft.text === '') localStorage.removeItem(nameOf(session))
    else localStorage.setItem(nameOf(session), JSON.stringify(draft))
  } catch {
    // The text is still in the field.
  }
}

/** A key for one request. `randomUUID` is missing where the page is served over plain http to another host. */
export function createIdempotencyKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('')
}
