import { getRuntime } from '../../server/runtime.ts'

export function GET(): Response {
  return new Response(getRuntime().streamWorker(), {
    headers: { 'content-type': 'text/javascript; charset=utf-8', 'cache-control': 'no-cache' },
  })
}
