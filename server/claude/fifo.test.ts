import { closeSync, mkdtempSync, read, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, expect, it } from 'vitest'
import { readEnvironment } from '../environment.ts'
import { makeFifo, openForChild, openForWriting } from './fifo.ts'

const readAsync = promisify(read)
const directory = mkdtempSync(join(tmpdir(), 'breakglass-fifo-'))
afterAll(() => rmSync(directory, { recursive: true }))
const environment = { PATH: readEnvironment().inherited.PATH ?? '' }

async function fifo(name: string) {
  const path = join(directory, name)
  await makeFifo(path, environment)
  return path
}

it('makeFifo() makes one that only its owner can use, and says why when it can not', async () => {
  const path = await fifo('private')
  expect(statSync(path).isFIFO()).toBe(true)
  expect(statSync(path).mode & 0o777).toBe(0o600)
  await expect(makeFifo(path, environment)).rejects.toThrow(`Cannot make the FIFO ${path}`)
})

it('openForWriting() fails when nobody has the other side open', async () => {
  expect(() => openForWriting(join(directory, 'private'))).toThrow('ENXIO')
})

it('write() gives whole lines in order when they are longer than the FIFO and the reader is late', async () => {
  const path = await fifo('long')
  const reader = openForChild(path)
  const writer = openForWriting(path)
  const lines = [`${'a'.repeat(300_000)}\n`, `${'b'.repeat(100_000)}\n`, 'c\n']
  const written = Promise.all(lines.map(writer.write))
  const buffer = Buffer.alloc(10_000)
  let text = ''
  const whole = lines.join('')
  while (text.length < whole.length) {
    // In a thread of its own: an empty FIFO makes it wait.
    const { bytesRead } = await readAsync(reader, buffer, 0, buffer.length, null)
    text += buffer.toString('utf8', 0, bytesRead)
  }
  await written
  expect(text === whole).toBe(true)
  writer.close()
  closeSync(reader)
})

it('write() fails when the reader has gone or the writer is closed', async () => {
  const path = await fifo('gone')
  const reader = openForChild(path)
  const writer = openForWriting(path)
  const waiting = writer.write('x'.repeat(200_000))
  await new Promise(setImmediate)
  closeSync(reader)
  await expect(waiting).rejects.toThrow('EPIPE')
  writer.close()
  await expect(writer.write('y')).rejects.toThrow('takes no more input')
})
