import { startTurn } from '../../../../../server/http/start-turn.ts'
import { route } from '../../../../../server/runtime.ts'

export const POST = route(startTurn.spec, startTurn.handler)
