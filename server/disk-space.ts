// What a full disk means: no new turn while there is little space, and running ones end while their last words still fit.
import type { DataDirectory } from './data-directory.ts'
import { SPACE_REFUSE_BYTES } from './health.ts'
import { HttpProblem } from './http/problem.ts'
import type { Turns } from './turns.ts'

/** Below this much free space running turns are stopped, while there is room for their last words. */
const SPACE_STOP_BYTES = 64 * 1024 ** 2
const SPACE_STOP_REASON = 'Less than 64 MiB are free on the disk of the record'
const SPACE_WATCH_MS = 2_000

/** @throws HttpProblem 507 `disk_low` */
export function refuseWithoutSpace(data: DataDirectory) {
  if (data.freeBytes() >= SPACE_REFUSE_BYTES) return
  throw new HttpProblem(
    507,
    'disk_low',
    `Less than 500 MiB are free on the disk of ${data.path}: no new turn is started, so that the record of those that run fits. Free space, then send again`,
  )
}

/** Looks every 2 s: stops turns when the disk is all but full, and starts waiting ones when there is space again. */
export function watchSpace(data: DataDirectory, turns: Turns): { close(): void } {
  const timer = setInterval(() => {
    if (turns.runningCount() > 0 && data.freeBytes() < SPACE_STOP_BYTES) turns.stopAll(SPACE_STOP_REASON)
    turns.startWaiting()
  }, SPACE_WATCH_MS)
  timer.unref()
  return { close: () => clearInterval(timer) }
}
