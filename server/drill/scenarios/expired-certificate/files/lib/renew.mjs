// The command `bin/renew`: shows a host's certificates, and issues a new one with the drill's own authority.
import { X509Certificate } from 'node:crypto'
import { readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { issueCertificate } from './certificate.mjs'
import { kinds, readConfiguration } from './service.mjs'

const DAY_MS = 86_400_000
const TLS = 'etc/tls'
const USAGE = `Usage: renew list              every certificate in ${TLS}, and how long it is valid
       renew NAME [--dry-run]  a new one for NAME, as etc/renewal.conf says; its key stays`

process.chdir(dirname(dirname(fileURLToPath(import.meta.url))))
const [name, flag] = process.argv.slice(2)

if (name === 'list') {
  for (const file of readdirSync(TLS).filter((entry) => entry.endsWith('.crt')))
    console.log(describe(join(TLS, file)))
} else if (!name || name.startsWith('-')) {
  console.error(USAGE)
  process.exitCode = 2
} else renew()

function describe(file) {
  const { subject, validFrom, validTo } = new X509Certificate(readFileSync(file))
  const left = Date.parse(validTo) - Date.now()
  const days = Math.floor(Math.abs(left) / DAY_MS)
  const state = left < 0 ? `EXPIRED ${days} days ago` : `valid for another ${days} days`
  return `${file}  ${subject}\n    from ${validFrom} to ${validTo}: ${state}`
}

function renew() {
  const { enabled, days } = readConfiguration('etc/renewal.conf', {
    enabled: kinds.yesNo,
    days: kinds.count,
    before_days: kinds.count,
  })
  if (!enabled) {
    console.error('renew: renewal is switched off ("enabled = no" in etc/renewal.conf)')
    process.exitCode = 1
    return
  }
  const file = join(TLS, `${name}.crt`)
  const old = new X509Certificate(readFileSync(file))
  const authority = new X509Certificate(readFileSync(join(TLS, 'ca.crt')))
  const notAfter = new Date(Date.now() + days * DAY_MS)
  if (flag === '--dry-run') {
    console.log(
      `would issue ${old.subject} for ${old.subjectAltName}, valid until ${notAfter.toISOString()}; nothing changed`,
    )
    return
  }
  const certificate = issueCertificate({
    subject: old.subject.replace(/^CN=/, ''),
    issuer: authority.subject.replace(/^CN=/, ''),
    publicKey: readFileSync(join(TLS, `${name}.key`)),
    issuerKey: readFileSync(join(TLS, 'ca.key')),
    notBefore: new Date(Date.now() - 60_000),
    notAfter,
    hosts: old.subjectAltName.split(', ').map((entry) => entry.replace(/^(DNS|IP Address):/, '')),
  })
  // Renamed into place: a service that starts meanwhile finds the old one or the new one, whole.
  writeFileSync(`${file}.new`, certificate, { mode: 0o644 })
  renameSync(`${file}.new`, file)
  console.log(`issued ${describe(file)}`)
}
