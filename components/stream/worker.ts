import { createHub } from './hub.ts'
import type { TabMessage } from './protocol.ts'

/** What is used of a SharedWorkerGlobalScope, whose types exclude those of a page. */
type Scope = {
  onconnect: (event: MessageEvent) => void
  addEventListener(type: 'online', listener: () => void): void
}

const scope = self as unknown as Scope
const hub = createHub()

scope.onconnect = (event) => {
  const port = event.ports[0]
  if (!port) return
  const take = hub.connect((message) => port.postMessage(message))
  port.onmessage = ({ data }: MessageEvent<TabMessage>) => take(data)
}
scope.addEventListener('online', () => hub.retry())
