// The kill switch in the words of the health strip and of `doctor`.
import type { HealthCheck } from '../../lib/api.ts'
import type { KillView } from '../../lib/kill-api.ts'

/** @param by null where nobody is known to have engaged it */
export function checkKill({
  engaged,
  by,
  at,
  reason,
  survivors,
}: Pick<KillView, 'engaged' | 'by' | 'at' | 'reason' | 'survivors'>): HealthCheck {
  if (!engaged) return { name: 'Kill switch', state: 'ok', detail: 'not engaged' }
  const left = survivors.length > 0 ? `, ${survivors.length} of its processes left` : ''
  const detail = `engaged by ${by} at ${at?.slice(11, 16)} UTC${reason ? ` (${reason})` : ''}${left}`
  const hint =
    'Nothing starts until an admin lifts it, in the page or on the host with "breakglass kill --lift"'
  return { name: 'Kill switch', state: 'error', detail, hint }
}
