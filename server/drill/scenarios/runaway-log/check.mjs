// Repaired when payments are written again, there is room, and nothing fills it any more.
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { probe, serviceState, verdict } from '../../scripts/check.mjs'
import { usedBytes } from './files/lib/volume.mjs'

const MIB = 1024 * 1024
const WATCH_MS = 1000
/** The journal itself grows by about 200 bytes a second. */
const QUIET_BYTES = 64 * 1024
const PAYMENTS_BEFORE = 1200

const setting = (name) =>
  new RegExp(`^${name}\\s*=\\s*(\\S+)`, 'm').exec(readFileSync('etc/payments-journal.conf', 'utf8'))?.[1] ??
  'missing'
const journal = () => readFileSync('volume/journal/payments.ndjson', 'utf8').trimEnd().split('\n')

const url = `http://${setting('listen')}/health`
const service = await serviceState('payments-journal')
const answer = await probe(url)
const size = Number(setting('volume_mib')) * MIB
const before = { used: usedBytes('volume'), payments: journal().length }
await sleep(WATCH_MS)
const after = { used: usedBytes('volume'), payments: journal().length }
const percent = Math.round((after.used / size) * 100)
const isWhole = journal()
  .slice(0, PAYMENTS_BEFORE)
  .every((line, index) => line.startsWith(`{"payment":${index + 1},`))

verdict([
  [service.state === 'running', `payments-journal is ${service.state}`],
  [
    answer.status === 200,
    `${url} ${answer.failure ? `gave no answer (${answer.failure})` : `answered ${answer.status}`}`,
  ],
  [size === 32 * MIB && percent < 50, `the volume of ${setting('volume_mib')} MiB is ${percent} % full`],
  [
    after.used - before.used < QUIET_BYTES,
    `it grew by ${Math.round((after.used - before.used) / 1024)} KiB in a second`,
  ],
  [setting('log_level') !== 'debug', `log_level is ${setting('log_level')}`],
  [
    after.payments > before.payments,
    `${after.payments - before.payments} payments were written in that second`,
  ],
  [isWhole, isWhole ? 'the journal of before is whole' : 'payments of before are missing from the journal'],
])
