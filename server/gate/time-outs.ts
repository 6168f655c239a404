// Questions that nobody answers: how long they wait, and the watch that denies them then.
import { z } from 'zod'

/** The `approvals` part of the configuration. */
export const approvalsSchema = z.strictObject({
  /** A question that nobody has answered for this long is denied. */
  timeout_minutes: z
    .number()
    .min(0.02)
    .max(7 * 24 * 60)
    .default(30),
})

const LOOK_MS = 1_000

/**
 * Has overdue questions denied, those of before the start too.
 * @param now see MovingEnds
 * @param expire denies what is overdue at a moment (ISO 8601)
 * @returns ends the watch
 */
export function watchTimeOuts(
  now: () => number,
  expire: (now: string) => void,
  onFailure: (error: unknown) => void,
): () => void {
  const timer = setInterval(() => {
    try {
      expire(new Date(now()).toISOString())
    } catch (error) {
      onFailure(error) // the record can't be written: the next look tries again
    }
  }, LOOK_MS)
  timer.unref()
  return () => clearInterval(timer)
}

/** For the record and the model. */
export function nobodyAnswered(askedAt: string, expiresAt: string): string {
  const seconds = Math.round((Date.parse(expiresAt) - Date.parse(askedAt)) / 1000)
  const within = seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} minutes`
  return `Nobody answered within ${within}`
}
