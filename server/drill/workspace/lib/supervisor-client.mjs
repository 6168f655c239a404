// Asks the supervisor of the workspace that is the working directory.
import { createConnection } from 'node:net'

/** Sends one command, such as `restart NAME`; resolves with the answer, or rejects when no supervisor listens. */
export function askSupervisor(command) {
  return new Promise((answered, failed) => {
    let text = ''
    const socket = createConnection('var/run/supervisor.sock', () => socket.end(command))
    socket.setEncoding('utf8')
    socket.on('data', (chunk) => {
      text += chunk
    })
    socket.on('error', failed)
    socket.on('end', () => {
      try {
        answered(JSON.parse(text))
      } catch (error) {
        failed(error)
      }
    })
  })
}
