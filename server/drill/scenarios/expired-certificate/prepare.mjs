// Breaks the workspace: the gateway's certificate ran out two days ago, since its renewal was switched off weeks before.
import { generateKeyPairSync } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { day, fillIn, freePort } from '../../scripts/prepare.mjs'
import { issueCertificate } from './files/lib/certificate.mjs'

const DAY_MS = 86_400_000
const AUTHORITY = 'Site Authority'
/** Renewal begins 14 days before the end, so it has failed to happen for 16 nights. */
const PAUSED_DAYS = 23
const EXPIRED_DAYS = 2.4

fillIn('etc/gateway.conf', { PORT: await freePort() })
fillIn('etc/renewal.conf', { PAUSED: day(PAUSED_DAYS) })

const daysFromNow = (days) => new Date(Date.now() + days * DAY_MS)
const newKey = () =>
  generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' })
const authorityKey = newKey()
const key = newKey()
const authority = { issuer: AUTHORITY, issuerKey: authorityKey }

mkdirSync('etc/tls', { recursive: true })
const write = (file, text, mode) => writeFileSync(`etc/tls/${file}`, text, { mode })
write('ca.key', authorityKey, 0o600)
write('gateway.key', key, 0o600)
write(
  'ca.crt',
  issueCertificate({
    ...authority,
    subject: AUTHORITY,
    publicKey: authorityKey,
    notBefore: daysFromNow(-700),
    notAfter: daysFromNow(2900),
    isAuthority: true,
  }),
  0o644,
)
write(
  'gateway.crt',
  issueCertificate({
    ...authority,
    subject: 'gateway.internal',
    publicKey: key,
    notBefore: daysFromNow(-EXPIRED_DAYS - 90),
    notAfter: daysFromNow(-EXPIRED_DAYS),
    hosts: ['127.0.0.1', 'localhost'],
  }),
  0o644,
)

const nights = Array.from({ length: PAUSED_DAYS }, (_, index) => {
  const night = daysFromNow(index - PAUSED_DAYS)
    .toISOString()
    .slice(0, 10)
  return `${night}T03:00:00.000Z INFO  renewal is switched off in etc/renewal.conf, nothing done\n`
})
mkdirSync('var/log', { recursive: true })
writeFileSync('var/log/renewal.log', nights.join(''))
