// For the drills' prepare scripts: free ports, and placeholders in the copied files.
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'

/** A loopback port that was free a moment ago. */
export function freePort() {
  return new Promise((found, failed) => {
    const server = createServer()
    server.once('error', failed)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => found(port))
    })
  })
}

/** The date `days` ago, such as `3 May`. */
export function day(days) {
  const date = new Date(Date.now() - days * 86_400_000)
  return date.toLocaleDateString('en-GB', { day: 'numeric', month: 'short' })
}

/** Replaces each `@NAME@` in `file` by its value. */
export function fillIn(file, values) {
  const text = readFileSync(file, 'utf8')
  writeFileSync(
    file,
    text.replace(/@([A-Z_]+)@/g, (whole, name) => String(values[name] ?? whole)),
  )
}
