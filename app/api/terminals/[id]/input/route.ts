import { typeInTerminal } from '../../../../../server/http/type-in-terminal.ts'
import { route } from '../../../../../server/runtime.ts'

export const POST = route(typeInTerminal.spec, typeInTerminal.handler)
