import { terminalSizeSchema } from '../../../../../lib/terminal-api.ts'
import { json } from '../../../../../server/http/json.ts'
import { route } from '../../../../../server/runtime.ts'

export const PUT = route(
  { access: 'operator', params: { id: 'uuid' }, body: terminalSizeSchema },
  ({ runtime, params, body, operator }) => {
    runtime.terminals.resize(params.id, operator.name, body)
    return json(200, body)
  },
)
