'use client'

const RETRY_MS = 1000

/**
 * Loads a part of the page, again and again while the console is away. A part that fails to load would take the
 * whole page down with it, and that is what the operator is looking at.
 */
export async function keepTrying<T>(load: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await load()
    } catch {
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS))
    }
  }
}
