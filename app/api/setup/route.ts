import { setUpSchema } from '../../../lib/api.ts'
import { json } from '../../../server/http/json.ts'
import { route } from '../../../server/runtime.ts'

export const POST = route(
  { access: 'public', body: setUpSchema },
  async ({ runtime: { auth }, body, visitor }) => {
    const { identity, set_cookie } = await auth.setUp(body.token, body.name, body.password, visitor)
    const { operator, csrf_token } = identity
    return json(201, { operator, csrf_token }, { 'set-cookie': set_cookie })
  },
)
