// The kill switch in the HTTP contract: what a request may say, what an answer looks like.
import { z } from 'zod'
import type { Survivor } from './block-types.ts'
import { REASON_MAX_CHARACTERS } from './text-limits.ts'

export const killSchema = z.strictObject({
  reason: z
    .string()
    .trim()
    .max(REASON_MAX_CHARACTERS, `Keep the reason within ${REASON_MAX_CHARACTERS} characters`)
    .optional(),
})

export type KillView = {
  /** While it is, nothing runs and nothing starts. */
  engaged: boolean
  /** Who engaged it; all of these are null while it is not engaged. */
  by: string | null
  at: string | null
  reason: string | null
  /** Whether processes are being ended at this moment. */
  sweeping: boolean
  /** What could not be ended. */
  survivors: Survivor[]
  /** What ran when it was engaged. */
  stopped: { turns: number; terminals: number; processes: number }
}
