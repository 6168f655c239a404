// The kill switch for a daemon of its own: the file KILL of the data directory, or the signal, ends it with all it has started.
import { createSentinel, type Order } from '../kill/sentinel.ts'

const LOOK_MS = 250
const KILL_SIGNAL = 'SIGUSR2'

/**
 * @param dataDirectory the console's; there may be none
 * @param onKill called once, in words for whoever embeds the daemon
 * @throws Error when the switch is engaged already
 * @returns ends the watch
 */
export function watchKill(dataDirectory: string, onKill: (why: string) => void): () => void {
  const sentinel = createSentinel(dataDirectory)
  const engaged = sentinel.read()
  if (engaged) throw new Error(tell(engaged))
  const close = () => {
    clearInterval(timer)
    process.off(KILL_SIGNAL, onSignal)
  }
  const kill = (order: Order) => {
    close()
    onKill(tell(order))
  }
  const onSignal = () => kill({ by: `the signal ${KILL_SIGNAL}`, at: new Date().toISOString(), reason: null })
  const timer = setInterval(() => {
    const order = sentinel.read()
    if (order) kill(order)
  }, LOOK_MS).unref()
  process.on(KILL_SIGNAL, onSignal)
  return close
}

function tell({ by, at, reason }: Order): string {
  return `The kill switch was engaged by ${by} at ${at}${reason ? `: ${reason}` : ''}`
}
