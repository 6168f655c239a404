import type { OpenSession, Problem, SessionView } from '../../lib/api.ts'
import { api } from '../api.ts'

/** What is kept between tries, so that a repeated press opens nothing twice. */
export type Attempt = { said: string; openKey: string; turnKey: string; sessionId: string | null }

export type Opening = Pick<OpenSession, 'reason'> & Partial<OpenSession>

export type Started =
  | { ok: true; sessionId: string }
  /** `sessionId` where the session was opened and only its first prompt was refused. */
  | { ok: false; problem: Problem; sessionId: string | null }

/** Goes on from an earlier attempt: a session that it opened is used, with new keys for what was said anew. */
export function nextAttempt(before: Attempt | null, said: string): Attempt {
  if (before?.said === said) return before
  return {
    said,
    openKey: crypto.randomUUID(),
    turnKey: crypto.randomUUID(),
    sessionId: before?.sessionId ?? null,
  }
}

/** Opens a session and sends its first prompt. The attempt learns the session's id as soon as there is one. */
export async function startSession(attempt: Attempt, opening: Opening, prompt: string): Promise<Started> {
  if (!attempt.sessionId) {
    const opened = await api<SessionView>('POST', '/api/sessions', opening, {
      idempotencyKey: attempt.openKey,
    })
    if (!opened.ok) return { ok: false, problem: opened.problem, sessionId: null }
    attempt.sessionId = opened.data.id
  }
  const { sessionId } = attempt
  const turn = await api(
    'POST',
    `/api/sessions/${sessionId}/turns`,
    { prompt },
    { idempotencyKey: attempt.turnKey },
  )
  return turn.ok ? { ok: true, sessionId } : { ok: false, problem: turn.problem, sessionId }
}
