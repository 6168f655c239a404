import { json } from '../../../server/http/json.ts'
import { route } from '../../../server/runtime.ts'

export const GET = route({ access: 'public' }, ({ runtime }) => {
  const { checks: _, ...summary } = runtime.health.summary()
  return json(200, summary)
})
