// What is typed in a terminal: the request of each keystroke.
import { TERMINAL_INPUT_BODY_MAX_BYTES, terminalInputSchema } from '../../lib/terminal-api.ts'
import { route } from '../runtime.ts'

export const typeInTerminal = route(
  {
    access: 'operator',
    params: { id: 'uuid' },
    body: terminalInputSchema,
    bodyMaxBytes: TERMINAL_INPUT_BODY_MAX_BYTES,
  },
  ({ runtime, params, body, operator }) => {
    runtime.terminals.input(params.id, operator.name, body.data)
    return new Response(null, { status: 204 })
  },
)
