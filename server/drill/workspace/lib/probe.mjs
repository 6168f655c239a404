// The command `bin/probe URL`: one GET, as a client of the service would make it. TLS is checked against etc/tls/ca.crt.
// Exit codes: 0 for 2xx, 1 for any other answer, 2 where there was none.
import { existsSync, readFileSync } from 'node:fs'
import { get as getPlain } from 'node:http'
import { get as getTls } from 'node:https'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'

process.chdir(dirname(dirname(fileURLToPath(import.meta.url))))
const url = process.argv[2] ?? ''
if (!/^https?:\/\/(127\.0\.0\.1|localhost)[:/]/.test(url)) {
  console.error('Usage: probe http(s)://127.0.0.1:PORT/PATH')
  process.exit(2)
}
const began = Date.now()
const isTls = url.startsWith('https:')
const options = {
  timeout: 3000,
  agent: false,
  ...(isTls && existsSync('etc/tls/ca.crt') && { ca: readFileSync('etc/tls/ca.crt') }),
}
const request = (isTls ? getTls : getPlain)(url, options, (response) => {
  let body = ''
  response.setEncoding('utf8')
  response.on('data', (chunk) => {
    body += chunk
  })
  response.on('end', () => {
    console.log(`${response.statusCode} ${response.statusMessage} in ${Date.now() - began} ms`)
    const certificate = isTls && response.socket.getPeerCertificate?.()
    if (certificate)
      console.log(`certificate: ${certificate.subject.CN}, valid until ${certificate.valid_to}`)
    console.log(body.trimEnd())
    process.exitCode = response.statusCode >= 200 && response.statusCode < 300 ? 0 : 1
  })
})
request.on('timeout', () => request.destroy(new Error('no answer in 3 s')))
request.on('error', (error) => {
  console.error(`probe: ${url}: ${error.code ? `${error.code}: ` : ''}${error.message}`)
  process.exitCode = 2
})
