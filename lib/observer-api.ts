// Observer links over HTTP: one session, read-only, for a while.
import { z } from 'zod'

const OBSERVER_MAX_MINUTES = 7 * 24 * 60

export const addObserverSchema = z.strictObject({
  label: z
    .string()
    .trim()
    .min(1, 'Say who it is for')
    .max(60, 'Use at most 60 characters')
    .regex(/^[^\p{Cc}\p{Bidi_Control}]*$/u, 'Use one line without control characters'),
  minutes: z
    .int('Use a whole number of minutes')
    .min(1, 'Use at least 1 minute')
    .max(OBSERVER_MAX_MINUTES, 'Use at most 7 days')
    .default(60),
})
export type AddObserver = z.infer<typeof addObserverSchema>

export const openObserverSchema = z.strictObject({ token: z.string().max(200) })

export type ObserverView = {
  id: string
  session_id: string
  label: string
  created_by: string
  created_at: string
  expires_at: string
  /** When the link was opened first; null while nobody has. */
  opened_at: string | null
  revoked_at: string | null
  revoked_by: string | null
}

/** `url` holds the secret: it is shown once and kept nowhere. */
export type AddedObserver = ObserverView & { url: string }

/** What an observer's page shows of its own link. */
export type ObserverPass = { session_id: string; label: string; expires_at: string }
