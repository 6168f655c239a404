export { startTurn as POST } from '../../../../../server/http/start-turn.ts'
