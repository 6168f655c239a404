import { getRuntime } from '../../../../server/runtime.ts'

export const GET = async (request: Request, context: { params: Promise<{ model: string }> }) =>
  getRuntime().gateway.models(request, (await context.params).model)
