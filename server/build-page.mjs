// Runs Next's build, and ends with the command that wanted it, however that one ends: two builds must not meet.
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const [, , root] = process.argv
const next = join(root, 'node_modules/next/dist/bin/next')
// The other end of this pipe is held by that command alone.
process.stdin.on('close', () => process.kill(process.pid, 'SIGKILL'))
process.stdin.resume()
process.stdin.unref()
process.argv = [process.execPath, next, 'build']
await import(pathToFileURL(next).href)
