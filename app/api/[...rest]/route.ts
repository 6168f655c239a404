import { problem, problemResponse } from '../../../server/http/problem.ts'

function notFound(request: Request): Response {
  const { pathname } = new URL(request.url)
  return problemResponse(problem(404, 'not_found', `There is no route ${JSON.stringify(pathname)}`))
}

export {
  notFound as DELETE,
  notFound as GET,
  notFound as HEAD,
  notFound as OPTIONS,
  notFound as PATCH,
  notFound as POST,
  notFound as PUT,
}
