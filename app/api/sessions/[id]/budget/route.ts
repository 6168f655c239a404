import { changeBudgetSchema } from '../../../../../lib/budget-api.ts'
import { json } from '../../../../../server/http/json.ts'
import { route } from '../../../../../server/runtime.ts'

export const POST = route(
  { access: 'admin', params: { id: 'uuid' }, body: changeBudgetSchema },
  ({ runtime, params, body, operator }) => json(200, runtime.budgets.change(params.id, body, operator.name)),
)
