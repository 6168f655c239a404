// A bell: one loop waits, many things ring.

export type Bell = {
  ring(): void
  /** Resolves when it has been rung since the last wait, or after `ms`. */
  wait(ms: number): Promise<void>
}

export function createBell(): Bell {
  let rung = false
  let answer: (() => void) | null = null
  return {
    ring() {
      rung = true
      answer?.()
    },
    wait(ms) {
      return new Promise((resolve) => {
        const timer = setTimeout(done, Math.max(0, Math.min(ms, 2 ** 31 - 1)))
        function done() {
          clearTimeout(timer)
          answer = null
          rung = false
          resolve()
        }
        if (rung) done()
        else answer = done
      })
    },
  }
}
