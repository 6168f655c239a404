// Keeps one terminal's output from taking the whole machine: nobody reads faster than this.

/** What a program may write for long: `yes` is slowed down to it. */
export const OUTPUT_BYTES_PER_SECOND = 512 * 1024
/** What it may write at once before that counts. */
const BURST_BYTES = 1024 * 1024

/** @returns calls back when so many bytes are due: at once, or as much later as the pace demands */
export function createPace(): (bytes: number, onDue: () => void) => void {
  let allowance = BURST_BYTES
  let at = performance.now()
  return (bytes, onDue) => {
    const now = performance.now()
    allowance = Math.min(BURST_BYTES, allowance + ((now - at) / 1000) * OUTPUT_BYTES_PER_SECOND) - bytes
    at = now
    if (allowance >= 0) onDue()
    else setTimeout(onDue, (-allowance / OUTPUT_BYTES_PER_SECOND) * 1000)
  }
}
