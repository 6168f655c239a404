// The provider ladder's section of the configuration: what happens when a model can't be reached.
import { z } from 'zod'

const ON_FAILURE = ['offer', 'take', 'off'] as const

export const ladderSchema = z.strictObject({
  /** `offer`: the session offers the next provider, a person decides; `take`: the console goes on with it. */
  on_failure: z.enum(ON_FAILURE).default('offer'),
  /** A model that has sent nothing for this long, or has failed for this long, counts as out of reach. */
  patience_seconds: z.number().min(1).max(3600).default(20),
})

export type LadderConfig = z.infer<typeof ladderSchema>
