// Repaired when a client that checks the certificate is served, for longer than until the next surprise.
import { readFileSync } from 'node:fs'
import { probe, serviceState, verdict } from '../../scripts/check.mjs'

const DAY_MS = 86_400_000
const LEAST_DAYS = 14

const setting = (file, name) =>
  new RegExp(`^${name}\\s*=\\s*(\\S+)`, 'm').exec(readFileSync(file, 'utf8'))?.[1] ?? 'missing'

const url = `https://${setting('etc/gateway.conf', 'listen')}/health`
const service = await serviceState('gateway')
const answer = await probe(url, readFileSync('etc/tls/ca.crt'))
const days = answer.validTo ? Math.floor((Date.parse(answer.validTo) - Date.now()) / DAY_MS) : -1
const renewal = setting('etc/renewal.conf', 'enabled')

verdict([
  [service.state === 'running', `gateway is ${service.state}`],
  [
    answer.status === 200,
    `a client that checks the certificate ${answer.failure ? `is refused (${answer.failure})` : `gets ${answer.status}`} at ${url}`,
  ],
  [
    answer.failure !== undefined || days >= LEAST_DAYS,
    `the served certificate is valid for another ${days} days`,
  ],
  [renewal === 'yes', `renewal is switched ${renewal === 'yes' ? 'on' : 'off'} in etc/renewal.conf`],
])
