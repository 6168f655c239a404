import { json } from '../../../../../server/http/json.ts'
import { route } from '../../../../../server/runtime.ts'

export const GET = route({ access: 'viewer', params: { id: 'uuid' }, passive: true }, ({ runtime, params }) =>
  json(200, runtime.terminals.snapshot(params.id)),
)
