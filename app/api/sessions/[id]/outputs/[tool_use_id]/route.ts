import { outputQuerySchema } from '../../../../../../lib/api.ts'
import { openKeptOutput } from '../../../../../../server/http/kept-output.ts'
import { problem, problemResponse } from '../../../../../../server/http/problem.ts'
import { aboutSession } from '../../../../../../server/http/route.ts'
import { route } from '../../../../../../server/runtime.ts'

export const GET = route(
  {
    access: 'viewer',
    params: { id: 'uuid', tool_use_id: /^[A-Za-z0-9_-]{1,128}$/ },
    query: outputQuerySchema,
    observer: aboutSession,
  },
  async ({ runtime, params, query, operator }) => {
    if (query.raw) runtime.raw.look(params.id, operator, `output ${params.tool_use_id}`)
    const output = await openKeptOutput(runtime.data.session(params.id).outputs, params.tool_use_id)
    if (!output)
      return problemResponse(problem(404, 'no_such_output', 'No further output of this call was kept'))
    const headers = { 'content-type': 'text/plain; charset=utf-8' }
    if (!query.raw) return new Response(runtime.raw.mask(output.body), { headers })
    return new Response(output.body, { headers: { ...headers, 'content-length': String(output.bytes) } })
  },
)
