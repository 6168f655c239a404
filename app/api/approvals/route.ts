import { listApprovalsSchema } from '../../../lib/gate-api.ts'
import { json } from '../../../server/http/json.ts'
import { route } from '../../../server/runtime.ts'

export const GET = route(
  {
    access: 'viewer',
    query: listApprovalsSchema,
    observer: ({ url }) => [url.searchParams.get('session') ?? ''],
  },
  ({ runtime, query }) => json(200, { approvals: runtime.gate.list(query.state, query.session ?? null) }),
)
