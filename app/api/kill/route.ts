import { killSchema } from '../../../lib/kill-api.ts'
import { json } from '../../../server/http/json.ts'
import { route } from '../../../server/runtime.ts'

export const GET = route({ access: 'viewer' }, ({ runtime }) => json(200, runtime.kill.view()))

export const POST = route({ access: 'operator', body: killSchema }, async ({ runtime, body, operator }) =>
  json(
    200,
    await runtime.kill.engage({
      ...{ by: operator.name, at: new Date().toISOString() },
      reason: body.reason || null,
    }),
  ),
)

export const DELETE = route(
  { access: 'admin', body: killSchema, stepUp: true },
  ({ runtime, body, operator }) =>
    json(
      200,
      runtime.kill.lift({
        ...{ by: operator.name, at: new Date().toISOString() },
        reason: body.reason || null,
      }),
    ),
)
