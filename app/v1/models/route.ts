import { getRuntime } from '../../../server/runtime.ts'

const refuse = (request: Request) => getRuntime().gateway.refuse(request)

export const GET = (request: Request) => getRuntime().gateway.models(request, null)
export { refuse as DELETE, refuse as PATCH, refuse as POST, refuse as PUT }
