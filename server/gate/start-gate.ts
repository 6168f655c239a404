// Puts the gate together: the policy in force, what it says of a session's calls, and the time-outs of its questions.
import type { HealthCheck } from '../../lib/api.ts'
import type { Config } from '../config.ts'
import type { DataDirectory } from '../data-directory.ts'
import type { Environment } from '../environment.ts'
import type { KillSwitch } from '../kill/kill-switch.ts'
import type { Log } from '../log.ts'
import type { MovingEnds } from '../moving-ends.ts'
import type { Recorder } from '../recorder.ts'
import type { Runtime } from '../runtime.ts'
import type { Tables } from '../tables.ts'
import { denyWhenKilled } from './deny-when-killed.ts'
import { createGate, type Gate } from './gate.ts'
import { createLivePolicy, type PolicyReload } from './live-policy.ts'
import { createSessionPolicy } from './session-policy.ts'
import { watchTimeOuts } from './time-outs.ts'

/** @throws YamlFileError when the configuration file has been broken since it was read */
export function startGate(options: {
  environment: Environment
  config: Config
  tables: Tables
  recorder: Recorder
  data: DataDirectory
  log: Log
  kill: Pick<KillSwitch, 'isEngaged'>
  ends: Pick<MovingEnds, 'now'>
  onFailure: (error: unknown) => void
}): { gate: Gate; policy: Runtime['policy']; checkPolicy(): HealthCheck; close(): void } {
  const { environment, config, tables, recorder, data, log, kill, ends, onFailure } = options
  const live = createLivePolicy(environment.configFile, tell)
  const policy = createSessionPolicy({
    ...{ live, sessions: tables.sessions, data },
    home: environment.inherited.HOME ?? environment.home,
  })
  const gate = createGate({
    ...{ tables, recorder, examine: denyWhenKilled(kill, policy.examine), now: ends.now },
    directoryOf: (sessionId) => data.session(sessionId).workspace,
    timeoutMs: config.approvals.timeout_minutes * 60_000,
  })
  const unwatch = watchTimeOuts(ends.now, gate.expireOverdue, onFailure)

  /** Whoever follows a running turn learns by which policy its next call is judged. */
  function tell(reload: PolicyReload) {
    if (reload.problem === null) log.info(reload, 'The policy was read again')
    else log.error(reload, 'The policy was changed and can not be used: the one before stays in force')
    const event =
      reload.problem === null
        ? { action: 'policy_changed' }
        : { action: 'policy_refused', reason: reload.problem.slice(0, 2000) }
    for (const { id, session_id } of tables.turns.running()) {
      const events = [{ kind: 'control' as const, operator: 'console', ...event }]
      recorder.record({ sessionId: session_id, turnId: id, events }).catch(onFailure)
    }
  }

  return {
    gate,
    policy: { view: live.view, try: policy.try },
    checkPolicy: live.check,
    close() {
      unwatch()
      live.close()
    },
  }
}
