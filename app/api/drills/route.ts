import { json } from '../../../server/http/json.ts'
import { route } from '../../../server/runtime.ts'

export const GET = route({ access: 'viewer' }, async ({ runtime }) =>
  json(200, { drills: await runtime.drills.list() }),
)
