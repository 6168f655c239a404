import { json } from '../../../../server/http/json.ts'
import { route } from '../../../../server/runtime.ts'

export const GET = route({ access: 'viewer' }, ({ identity: { operator, csrf_token } }) =>
  json(200, { operator, csrf_token }),
)

export const DELETE = route({ access: 'viewer' }, ({ runtime: { auth }, identity, visitor }) => {
  const cleared = auth.signOut(identity, visitor.host)
  return new Response(null, { status: 204, headers: { 'set-cookie': cleared } })
})
