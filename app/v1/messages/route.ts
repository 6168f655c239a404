import { getRuntime } from '../../../server/runtime.ts'

const refuse = (request: Request) => getRuntime().gateway.refuse(request)

export const POST = (request: Request) => getRuntime().gateway.messages(request)
export { refuse as DELETE, refuse as GET, refuse as PATCH, refuse as PUT }
