import { stepUpSchema } from '../../../../../lib/api.ts'
import { json } from '../../../../../server/http/json.ts'
import { route } from '../../../../../server/runtime.ts'

export const POST = route(
  { access: 'viewer', body: stepUpSchema },
  async ({ runtime: { auth }, identity, body, visitor }) =>
    json(200, { good_until: await auth.stepUp(identity, body.password, visitor) }),
)
