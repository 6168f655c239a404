// Repeats a write while another process holds the database.
import { setTimeout as sleep } from 'node:timers/promises'
import { isBusy } from '../../db/database.ts'

const PAUSE_MS = 100

/**
 * @param limitMs after which the last error is thrown
 * @throws whatever `write` throws that is not about a held database
 */
export async function retryWhileBusy<T>(write: () => T, limitMs = 10_000): Promise<T> {
  const end = performance.now() + limitMs
  for (;;) {
    try {
      return write()
    } catch (error) {
      if (!isBusy(error) || performance.now() > end) throw error
      await sleep(PAUSE_MS)
    }
  }
}
