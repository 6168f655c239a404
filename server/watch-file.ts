// Watches one file of the operator's: by the kernel's word, and by looking, where that does not come.
import { type FSWatcher, statSync, watch } from 'node:fs'
import { basename, dirname } from 'node:path'

/** Some file systems never tell of changes: how often the file is looked at all the same. */
const POLL_MS = 2_000
/** Editors write in several steps: the file has to stay as it is for this long. */
const SETTLE_MS = 150

/**
 * Calls `onChange` when the file is another than before, also where it was replaced, or is gone.
 * @returns ends the watch
 */
export function watchFile(path: string, onChange: () => void): () => void {
  let known = stateOf(path)
  let settling: ReturnType<typeof setTimeout> | null = null

  function look() {
    if (stateOf(path) === known || settling) return
    const seen = stateOf(path)
    settling = setTimeout(() => {
      settling = null
      if (stateOf(path) !== seen) return look()
      known = seen
      onChange()
    }, SETTLE_MS)
  }

  const watcher = watchFolder(path, look)
  const poll = setInterval(look, POLL_MS)
  poll.unref()
  return () => {
    clearInterval(poll)
    if (settling) clearTimeout(settling)
    watcher?.close()
  }
}

/** The folder, since a replaced file is another one. */
function watchFolder(path: string, look: () => void): FSWatcher | null {
  try {
    const watcher = watch(dirname(path), { persistent: false }, (_, name) => {
      if (name === null || name === basename(path)) look()
    })
    watcher.on('error', () => watcher.close())
    return watcher
  } catch {
    return null // no more watches to be had: looking has to do
  }
}

function stateOf(path: string): string {
  const stat = statSync(path, { bigint: true, throwIfNoEntry: false })
  return stat ? `${stat.ino}:${stat.size}:${stat.mtimeNs}` : 'gone'
}
