import { openTerminalSchema } from '../../../../../lib/terminal-api.ts'
import { json } from '../../../../../server/http/json.ts'
import { aboutSession } from '../../../../../server/http/route.ts'
import { route } from '../../../../../server/runtime.ts'

export const GET = route(
  { access: 'viewer', params: { id: 'uuid' }, observer: aboutSession },
  ({ runtime, params }) => json(200, { terminals: runtime.terminals.ofSession(params.id) }),
)

export const POST = route(
  { access: 'operator', params: { id: 'uuid' }, body: openTerminalSchema, stepUp: true },
  async ({ runtime, params, body: { cols, rows }, identity }) =>
    json(201, await runtime.terminals.openShell(params.id, identity, { cols, rows })),
)
