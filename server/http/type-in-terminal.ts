// What is typed in a terminal: the request of each keystroke.
import { TERMINAL_INPUT_BODY_MAX_BYTES, terminalInputSchema } from '../../lib/terminal-api.ts'
import type { Runtime } from '../runtime.ts'
import type { RouteHandler, RouteSpec } from './route.ts'

type Rules = { id: 'uuid' }
type Body = { data: string }

export const typeInTerminal: {
  spec: RouteSpec<Runtime, 'operator', Rules, undefined, Body>
  handler: RouteHandler<Runtime, 'operator', Rules, undefined, Body>
} = {
  spec: {
    access: 'operator',
    params: { id: 'uuid' },
    body: terminalInputSchema,
    bodyMaxBytes: TERMINAL_INPUT_BODY_MAX_BYTES,
  },
  handler({ runtime, params, body, operator }) {
    runtime.terminals.input(params.id, operator.name, body.data)
    return new Response(null, { status: 204 })
  },
}
