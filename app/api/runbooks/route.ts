import { json } from '../../../server/http/json.ts'
import { route } from '../../../server/runtime.ts'

export const GET = route({ access: 'viewer' }, ({ runtime, operator }) =>
  json(200, runtime.verbs.runbooks(operator)),
)
