import { problem, problemResponse } from '../../../../../server/http/problem.ts'
import { route } from '../../../../../server/runtime.ts'

export const GET = route(
  { access: 'viewer', params: { id: 'uuid' } },
  async ({ runtime, params, url, operator }) => {
    const wantsInput = url.searchParams.get('input') === '1'
    if (wantsInput && operator.role !== 'admin') {
      const detail =
        'What was typed can hold passwords: only an admin may read it. Leave "input" out for the rest'
      return problemResponse(problem(403, 'role_too_low', detail))
    }
    const recording = await runtime.terminals.readRecording(params.id, operator.name, { input: wantsInput })
    if (!recording) return problemResponse(problem(404, 'no_recording', 'This terminal was not recorded'))
    return new Response(recording, { headers: { 'content-type': 'application/x-asciicast; charset=utf-8' } })
  },
)
