import { openObserverSchema } from '../../../lib/observer-api.ts'
import { json } from '../../../server/http/json.ts'
import { route } from '../../../server/runtime.ts'

export const POST = route({ access: 'public', body: openObserverSchema }, ({ runtime, body, visitor }) => {
  const { pass, set_cookie } = runtime.observers.open(body.token, visitor)
  return json(201, pass, { 'set-cookie': set_cookie })
})
