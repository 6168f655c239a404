// The time box of a session over HTTP: more time, with a reason.
import { z } from 'zod'

/** No session may run on for longer than this without somebody saying why. */
export const TIME_BOX_MAX_MINUTES = 24 * 60

export const extendSessionSchema = z.strictObject({
  minutes: z
    .int('Use a whole number of minutes')
    .min(5, 'Add at least 5 minutes')
    .max(TIME_BOX_MAX_MINUTES, 'Add at most 24 hours'),
  reason: z
    .string()
    .trim()
    .min(3, 'Say in a few words why it takes longer')
    .max(2000, 'Keep the reason within 2000 characters'),
})
export type ExtendSession = z.infer<typeof extendSessionSchema>
