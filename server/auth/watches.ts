// Ends live streams when the login or token they were opened with is no longer good.
import { HttpProblem } from '../http/problem.ts'
import type { EndReason, Identity } from './identity.ts'

/** Half of the promised second: also what another process did to the database has to be seen. */
const POLL_MS = 500
const WATCHES_PER_IDENTITY = 1024
const WATCHES_IN_ALL = 4096

type Watched = { identity: Identity; callbacks: Set<(reason: EndReason) => void> }

/**
 * Asks for the watched identities only, one query each, however many streams they have.
 *
 * @param check why an identity is no longer good, or null; where it throws, the identity stays for now
 */
export function createWatches(check: (identity: Identity) => EndReason | null) {
  const watched = new Map<string, Watched>()
  let count = 0
  let timer: NodeJS.Timeout | null = null

  function poll() {
    for (const [id, { identity, callbacks }] of watched) {
      const reason = checkOrKeep(identity)
      if (reason === null) continue
      watched.delete(id)
      count -= callbacks.size
      for (const callback of callbacks) callback(reason)
    }
    if (watched.size === 0) stop()
  }

  /** A database that can't be read for a moment is no reason to end what an operator is watching. */
  function checkOrKeep(identity: Identity): EndReason | null {
    try {
      return check(identity)
    } catch {
      return null
    }
  }

  function stop() {
    if (timer) clearInterval(timer)
    timer = null
  }

  return {
    poll,
    stop,
    /** @throws HttpProblem 503 `too_many_streams` */
    watch(identity: Identity, onEnd: (reason: EndReason) => void): () => void {
      const group = watched.get(identity.id) ?? { identity, callbacks: new Set() }
      if (count >= WATCHES_IN_ALL || group.callbacks.size >= WATCHES_PER_IDENTITY) {
        const detail = `There are too many live streams (${count}): close other pages, then load this one again`
        throw new HttpProblem(503, 'too_many_streams', detail, {}, { 'retry-after': '10' })
      }
      // A wrapper of its own, for the same function may watch twice.
      const callback = (reason: EndReason) => onEnd(reason)
      group.callbacks.add(callback)
      watched.set(identity.id, group)
      count += 1
      timer ??= setInterval(poll, POLL_MS).unref()
      return () => {
        if (!group.callbacks.delete(callback) || watched.get(identity.id) !== group) return
        count -= 1
        if (group.callbacks.size === 0) watched.delete(identity.id)
      }
    },
  }
}
