// Runs a few expensive jobs at a time, lets a few wait, and refuses the rest at once.

/**
 * @param running how many run at a time
 * @param waiting how many may wait
 * @param full makes what is thrown at the cap
 */
export function createWorkQueue(running: number, waiting: number, full: () => Error) {
  let active = 0
  const queue: (() => void)[] = []

  return async <T>(job: () => Promise<T>): Promise<T> => {
    if (active >= running) {
      if (queue.length >= waiting) throw full()
      // The job before hands its place over, so that nobody can step in between.
      await new Promise<void>((resolve) => queue.push(resolve))
    } else {
      active += 1
    }
    try {
      return await job()
    } finally {
      const next = queue.shift()
      if (next) next()
      else active -= 1
    }
  }
}
