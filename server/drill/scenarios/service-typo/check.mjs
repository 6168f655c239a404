// Repaired when the service runs and answers where its configuration says.
import { readFileSync } from 'node:fs'
import { probe, serviceState, verdict } from '../../scripts/check.mjs'

const configuration = readFileSync('etc/orders-api.conf', 'utf8')
const address = /^listen\s*=\s*(\S+)/m.exec(configuration)?.[1] ?? 'nowhere'
const service = await serviceState('orders-api')
const answer = await probe(`http://${address}/health`)
const poolSize = /^pool_size\s*=\s*(\S+)/m.exec(configuration)?.[1]

verdict([
  [service.state === 'running', `orders-api is ${service.state}${service.why ? ` (${service.why})` : ''}`],
  [
    answer.status === 200,
    `http://${address}/health ${answer.failure ? `gave no answer (${answer.failure})` : `answered ${answer.status}`}`,
  ],
  [/^\d+$/.test(poolSize ?? ''), `pool_size in etc/orders-api.conf is "${poolSize}"`],
])
