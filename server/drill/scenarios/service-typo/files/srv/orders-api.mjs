// orders-api: takes the shop's orders.
import { createServer } from 'node:http'
import { kinds, listen, log, runService } from '../lib/service.mjs'

const schema = {
  listen: kinds.address,
  log_level: kinds.oneOf('debug', 'info', 'warn'),
  pool_size: kinds.count,
  pool_timeout: kinds.seconds,
  upstream_timeout: kinds.seconds,
}

await runService('orders-api', schema, async ({ listen: address, pool_size }) => {
  log('INFO', `database pool: ${pool_size} connections`)
  const began = Date.now()
  const server = createServer((request, response) => {
    const isHealth = request.url === '/health'
    const body = isHealth
      ? { status: 'ok', pool_size, uptime_seconds: Math.round((Date.now() - began) / 1000) }
      : { error: 'not found' }
    response
      .writeHead(isHealth ? 200 : 404, { 'content-type': 'application/json' })
      .end(`${JSON.stringify(body)}\n`)
  })
  await listen(server, address)
})
