import { json } from '../../../../../server/http/json.ts'
import { aboutTerminal } from '../../../../../server/http/route.ts'
import { route } from '../../../../../server/runtime.ts'

export const GET = route(
  { access: 'viewer', params: { id: 'uuid' }, passive: true, observer: aboutTerminal },
  ({ runtime, params }) => json(200, runtime.terminals.snapshot(params.id)),
)
