import type { Method } from '../api.ts'

/** Changes something about the accounts and reads them anew; false where it was refused, which the page says. */
export type Change = (method: Method, path: string, body?: unknown) => Promise<boolean>
