// payments-journal: writes payments down on a volume of limited size, and, at log level debug, far too much about it.
import { appendFileSync, mkdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { dirname, join } from 'node:path'
import { kinds, listen, log, runService } from '../lib/service.mjs'
import { usedBytes } from '../lib/volume.mjs'

const PAYMENT_EVERY_MS = 400
const DEBUG_EVERY_MS = 50
/** About 3 MiB/s at log level debug. */
const DEBUG_BYTES = 160 * 1024
const MIB = 1024 * 1024

const schema = {
  listen: kinds.address,
  volume: kinds.path,
  volume_mib: kinds.count,
  log_level: kinds.oneOf('debug', 'info', 'warn'),
  log_file: kinds.path,
}

await runService('payments-journal', schema, async (configuration) => {
  const { volume, volume_mib, log_level, log_file } = configuration
  const journal = join(volume, 'journal', 'payments.ndjson')
  mkdirSync(dirname(journal), { recursive: true })
  mkdirSync(dirname(log_file), { recursive: true })
  const last = lastPayment(journal)
  let number = last
  let failure = null
  let lost = 0

  /** What a full file system would answer, without filling one. */
  const append = (file, text) => {
    if (usedBytes(volume) + Buffer.byteLength(text) > volume_mib * MIB) {
      throw Object.assign(new Error(`ENOSPC: no space left on device, write '${file}'`), { code: 'ENOSPC' })
    }
    appendFileSync(file, text)
  }
  const pay = () => {
    try {
      const at = new Date().toISOString()
      append(
        journal,
        `${JSON.stringify({ payment: number + 1, at, amount: 100 + ((number * 37) % 9000), currency: 'EUR' })}\n`,
      )
      number++
      if (failure) log('INFO', `journal can be written again, ${lost} payments were refused meanwhile`)
      failure = null
    } catch (error) {
      lost++
      if (!failure) log('ERROR', `payment refused, the journal can't be written: ${error.message}`)
      failure = error.message
    }
  }
  const debug = () => {
    // As much as fits: that is how a file system comes to be full to the last byte.
    const room = volume_mib * MIB - usedBytes(volume)
    if (room > 0) append(log_file, debugLines(DEBUG_BYTES).slice(0, room))
  }

  pay()
  setInterval(pay, PAYMENT_EVERY_MS)
  if (log_level === 'debug') setInterval(debug, DEBUG_EVERY_MS)
  const server = createServer((_, response) => {
    const body = failure
      ? { status: 'failing', error: failure, refused: lost }
      : { status: 'ok', last_payment: number }
    response
      .writeHead(failure ? 503 : 200, { 'content-type': 'application/json' })
      .end(`${JSON.stringify(body)}\n`)
  })
  log('INFO', `log level ${log_level}, newest payment in the journal: ${last}`)
  await listen(server, configuration.listen)
})

function lastPayment(journal) {
  const lines = readFileSync(journal, 'utf8').trimEnd().split('\n')
  return JSON.parse(lines.at(-1)).payment
}

function debugLines(bytes) {
  const at = new Date().toISOString()
  const line = `${at} DEBUG pool: connection 7 idle, next check in 50 ms ${'frame=00000000 '.repeat(8)}\n`
  return line.repeat(Math.ceil(bytes / line.length))
}
