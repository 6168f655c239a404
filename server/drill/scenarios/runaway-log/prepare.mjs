// Breaks the workspace: a debug log that has nearly filled the volume; the service, once started, fills the rest.
import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs'
import { day, fillIn, freePort } from '../../scripts/prepare.mjs'

const MIB = 1024 * 1024
const LOG_BYTES = 30.5 * MIB
const HOURS = 36
const PAYMENTS = 1200

fillIn('etc/payments-journal.conf', { PORT: await freePort(), SWITCHED_ON: day(2) })
const now = Date.now()
const began = now - HOURS * 3_600_000

mkdirSync('volume/journal', { recursive: true })
const payments = Array.from({ length: PAYMENTS }, (_, index) => {
  const at = new Date(began + (index / PAYMENTS) * (now - began)).toISOString()
  return JSON.stringify({ payment: index + 1, at, amount: 100 + ((index * 37) % 9000), currency: 'EUR' })
})
writeFileSync('volume/journal/payments.ndjson', `${payments.join('\n')}\n`)

mkdirSync('volume/log', { recursive: true })
const log = openSync('volume/log/payments-journal.log', 'w')
for (let written = 0; written < LOG_BYTES; ) {
  const at = new Date(began + (written / LOG_BYTES) * (now - began)).toISOString()
  const connection = (written >> 10) % 16
  const line = `${at} DEBUG pool: connection ${connection} idle, next check in 50 ms ${'frame=00000000 '.repeat(8)}\n`
  written += writeSync(log, line.repeat(64))
}
closeSync(log)
