// Gives words to a refusal that Next sends without any.
import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { problem } from '../http/problem.ts'

type Handle = (request: IncomingMessage, response: ServerResponse) => Promise<void>

/**
 * Next answers a method that a route of the API lacks with an empty 405; every refusal of ours is a problem, and names
 * the methods that there are.
 *
 * @param handle answers requests as Next does
 */
export function fillRefusals(request: IncomingMessage, response: ServerResponse, handle: Handle): void {
  if (!request.url?.startsWith('/api/')) return
  let released = false
  const isHeld = () => !released && response.statusCode === 405
  // Next, and the compression that it puts in between, send headers and a body of nothing before the end.
  const { end, flushHeaders, write, writeHead } = response
  response.flushHeaders = () => {
    if (!isHeld()) flushHeaders.call(response)
  }
  response.writeHead = ((...rest: Parameters<typeof writeHead>) =>
    isHeld() ? response : writeHead.apply(response, rest)) as typeof writeHead
  response.write = ((...rest: Parameters<typeof write>) =>
    isHeld() || write.apply(response, rest)) as typeof write
  response.end = ((...rest: Parameters<typeof end>) => {
    if (!isHeld()) return end.apply(response, rest)
    void methodsOf(request, handle).then((methods) => {
      released = true
      const detail = `This route does not take ${request.method}: use one of ${methods}`
      response.setHeader('allow', methods)
      response.setHeader('content-type', 'application/problem+json; charset=utf-8')
      response.setHeader('cache-control', 'no-store')
      end.call(response, JSON.stringify(problem(405, 'method_not_allowed', detail)), 'utf8')
    })
    return response
  }) as typeof end
}

/** Next tells which methods a route has when it is asked with OPTIONS; the question never leaves the process. */
async function methodsOf({ url, headers }: IncomingMessage, handle: Handle): Promise<string> {
  const question = new IncomingMessage(new Socket())
  Object.assign(question, { method: 'OPTIONS', url, headers: { host: headers.host } })
  question.push(null)
  const answer = new ServerResponse(question)
  const answered = new Promise<void>((resolve) => {
    answer.end = () => {
      resolve()
      return answer
    }
  })
  await Promise.race([answered, handle(question, answer).catch(() => undefined)])
  return String(answer.getHeader('allow') ?? 'OPTIONS')
}
