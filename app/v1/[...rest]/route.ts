import { getRuntime } from '../../../server/runtime.ts'

const refuse = (request: Request) => getRuntime().gateway.refuse(request)

export { refuse as DELETE, refuse as GET, refuse as PATCH, refuse as POST, refuse as PUT }
