// How large a trial is: what `npm test` has time for, or its full form, which `npm run hostile` runs.
import { inject } from 'vitest'

declare module 'vitest' {
  interface ProvidedContext {
    /** Given by `npm run hostile` only. */
    size?: 'full'
  }
}

/** The one of two sizes that is asked for. */
export function sized<T>(short: T, full: T): T {
  return inject('size') === 'full' ? full : short
}
