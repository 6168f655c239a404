// gateway: the only way in for clients. Reads its certificate once, when it starts.
import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:https'
import { kinds, listen, log, runService } from '../lib/service.mjs'

const schema = { listen: kinds.address, certificate: kinds.path, key: kinds.path }

await runService('gateway', schema, async ({ listen: address, certificate, key }) => {
  const cert = readFileSync(certificate)
  const server = createServer({ cert, key: readFileSync(key) }, (_, response) => {
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(`${JSON.stringify({ status: 'ok' })}\n`)
  })
  server.on('tlsClientError', (error) =>
    log('WARN', `client went away during the handshake: ${error.code ?? error.message}`),
  )
  log(
    'INFO',
    `certificate ${new X509Certificate(cert).subject}, valid until ${new X509Certificate(cert).validTo}`,
  )
  await listen(server, address)
})
