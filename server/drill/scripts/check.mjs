// For the drills' check scripts: what a client of the service sees, and the verdict as one line of JSON.
import { get as getPlain } from 'node:http'
import { get as getTls } from 'node:https'
import { askSupervisor } from '../workspace/lib/supervisor-client.mjs'

/** One GET: `{ status, body, validTo? }`, or `{ failure }` where there was no answer. */
export function probe(url, ca) {
  return new Promise((done) => {
    const get = url.startsWith('https:') ? getTls : getPlain
    const request = get(url, { timeout: 3000, agent: false, ...(ca && { ca }) }, (response) => {
      let body = ''
      response.setEncoding('utf8')
      response.on('data', (chunk) => {
        body += chunk
      })
      const validTo = response.socket.getPeerCertificate?.()?.valid_to
      response.on('end', () => done({ status: response.statusCode, body, validTo }))
    })
    request.on('timeout', () => request.destroy(new Error('no answer in 3 s')))
    request.on('error', (error) => done({ failure: error.code ?? error.message }))
  })
}

/** The state of a service as the supervisor knows it; `unknown` without a supervisor. */
export async function serviceState(name) {
  const answer = await askSupervisor(`status ${name}`).catch(() => null)
  return answer?.services?.[0] ?? { state: 'unknown', why: 'the drill has ended' }
}

/** Tells the verdict: a list of what was looked at, each `[whether it is right, a sentence]`. */
export function verdict(findings) {
  const wrong = findings.filter(([right]) => !right)
  const told = (wrong.length > 0 ? wrong : findings).map(([, sentence]) => sentence).join('; ')
  const message = wrong.length > 0 ? `Not repaired: ${told}` : `Repaired: ${told}`
  console.log(JSON.stringify({ repaired: wrong.length === 0, message }))
}
