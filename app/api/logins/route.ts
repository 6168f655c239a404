import { signInSchema } from '../../../lib/api.ts'
import { json } from '../../../server/http/json.ts'
import { route } from '../../../server/runtime.ts'

export const POST = route(
  { access: 'public', body: signInSchema },
  async ({ runtime: { auth }, identity: before, body, visitor }) => {
    const { identity, set_cookie } = await auth.signIn(body.name, body.password, visitor)
    if (before) auth.signOut(before, visitor.host)
    const { operator, csrf_token } = identity
    return json(201, { operator, csrf_token }, { 'set-cookie': set_cookie })
  },
)
