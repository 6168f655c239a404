export { typeInTerminal as POST } from '../../../../../server/http/type-in-terminal.ts'
