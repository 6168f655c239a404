import { json } from '../../../../server/http/json.ts'
import { aboutTerminal } from '../../../../server/http/route.ts'
import { route } from '../../../../server/runtime.ts'

export const GET = route(
  { access: 'viewer', params: { id: 'uuid' }, observer: aboutTerminal },
  ({ runtime, params }) => json(200, runtime.terminals.get(params.id)),
)

export const DELETE = route(
  { access: 'operator', params: { id: 'uuid' } },
  async ({ runtime, params, operator }) => {
    await runtime.terminals.end(params.id, operator.name)
    return json(200, runtime.terminals.get(params.id))
  },
)
