import { route } from '../../../../server/runtime.ts'

export const DELETE = route(
  { access: 'admin', params: { id: 'uuid' } },
  async ({ runtime, params, operator }) => {
    await runtime.accounts.revokeToken(params.id, operator.name)
    return new Response(null, { status: 204 })
  },
)
