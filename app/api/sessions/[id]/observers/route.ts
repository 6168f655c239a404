import { addObserverSchema } from '../../../../../lib/observer-api.ts'
import { json } from '../../../../../server/http/json.ts'
import { route } from '../../../../../server/runtime.ts'

const params = { id: 'uuid' } as const

export const GET = route({ access: 'operator', params }, ({ runtime, params }) =>
  json(200, { observers: runtime.observers.list(params.id) }),
)

export const POST = route(
  { access: 'operator', params, body: addObserverSchema },
  ({ runtime, params, body, operator, visitor }) =>
    json(201, runtime.observers.add(params.id, body, operator.name, visitor)),
)
