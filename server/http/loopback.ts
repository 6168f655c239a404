// Servers of the console's own that only this host can reach.
import type { Server } from 'node:http'

/** @returns its URL, without a slash at the end, and its port; 0 takes a free one. @throws Error what `listen` meets */
export async function listenOnLoopback(server: Server, port = 0): Promise<{ url: string; port: number }> {
  await new Promise<void>((listening, failed) => {
    server.once('error', failed)
    server.listen(port, '127.0.0.1', listening)
  })
  const address = server.address()
  const taken = typeof address === 'object' && address !== null ? address.port : 0
  return { url: `http://127.0.0.1:${taken}`, port: taken }
}

/** Ends it with every connection and all that they wait for. */
export function closeNow(server: Server): Promise<void> {
  return new Promise((closed) => {
    server.close(() => closed())
    server.closeAllConnections()
  })
}
