// What works and what does not, in words for the operator: the health strip and `doctor`.
import { statSync } from 'node:fs'
import type { Health, HealthCheck } from '../lib/api.ts'
import { assertNever } from '../lib/assert-never.ts'
import type { ProviderView } from '../lib/choice-api.ts'
import { type Binary, FIXTURE_VERSION } from './claude/binary.ts'
import type { DataDirectory } from './data-directory.ts'
import type { Probes } from './ladder/probes.ts'

export const SPACE_WARN_BYTES = 1024 ** 3
export const SPACE_REFUSE_BYTES = 500 * 1024 ** 2

export type HealthOf = {
  /** For anybody: no paths, no names. */
  summary(): Health
  /** For the signed-in. */
  checks(): Promise<HealthCheck[]>
  cli(): Promise<HealthCheck>
}

export function createHealth(options: {
  version: string
  /** Resolves once the CLI has been looked for. */
  binary: Promise<Binary>
  data: DataDirectory
  probes: Probes
  recordTrouble: () => string | null
  /** Of other parts of the console. */
  others: () => HealthCheck[]
}): HealthOf {
  const { version, data, probes, recordTrouble, others } = options
  const started_at = new Date().toISOString()
  let binary: Binary | null = null
  void options.binary.then((found) => {
    binary = found
  })

  return {
    summary() {
      const troubles = [checkRecord(recordTrouble()), checkDisk(data), ...others()].filter(
        (check) => check.state === 'error',
      )
      const ok = troubles.length === 0 && binary?.problem == null
      return { ok, version, claude_version: binary?.version ?? null, started_at, checks: [] }
    },
    cli: async () => checkCli(await options.binary),
    async checks() {
      return [
        checkCli(await options.binary),
        ...checkProviders(await probes.all()),
        checkRecord(recordTrouble()),
        checkDisk(data),
        checkClock(data),
        ...others(),
      ]
    },
  }
}

export function checkCli({ version, problem, path }: Binary): HealthCheck {
  if (version === null) {
    const hint = problem ?? `No version of ${path} is known`
    return { name: 'CLI', state: 'error', detail: 'does not run', hint }
  }
  if (version === FIXTURE_VERSION) return { name: 'CLI', state: 'ok', detail: `claude ${version}` }
  const hint = `This console was tried with ${FIXTURE_VERSION}: messages of the CLI that it does not know are shown raw`
  return { name: 'CLI', state: 'warn', detail: `claude ${version}, untried`, hint }
}

/** A line for each provider. While one answers there is a way on, so that only the default's failure is an error. */
export function checkProviders(views: readonly ProviderView[]): HealthCheck[] {
  return views.map(({ name, state, detail }, index) => {
    const line = { name: views.length === 1 ? 'Model' : `Model ${index + 1}`, detail: `${name} ${detail}` }
    switch (state) {
      case 'answers':
        return { ...line, state: 'ok' }
      case 'no_credentials':
        return { ...line, detail: `no credentials for ${name}`, state: 'warn', hint: NO_CREDENTIALS }
      case 'fails':
      case 'silent':
        return { ...line, state: index === 0 ? 'error' : 'warn', hint: views.length > 1 ? OTHERS : ALONE }
      default:
        return assertNever(state)
    }
  })
}

const NO_CREDENTIALS =
  'Set the variable that its key_env names (ANTHROPIC_API_KEY without a configuration), or log the claude of this host in, and start the console again. Drills work without'
const ALONE = 'Check the network and the base URL. The record, drills and everything else work'
const OTHERS = 'Check the network and its base URL; a session can go on with another provider meanwhile'

function checkRecord(trouble: string | null): HealthCheck {
  if (trouble === null) return { name: 'Record', state: 'ok', detail: 'written' }
  const hint = `${trouble}. What has happened stays readable; running turns wait for it`
  return { name: 'Record', state: 'error', detail: 'can not be written', hint }
}

export function checkDisk(data: DataDirectory): HealthCheck {
  const free = data.freeBytes()
  const detail = `${free > 10 * 1024 ** 3 ? `${Math.round(free / 1024 ** 3)} GiB` : `${Math.round(free / 1024 ** 2)} MiB`} free`
  if (free >= SPACE_WARN_BYTES) return { name: 'Disk', state: 'ok', detail }
  const hint = `Under 500 MiB no new turn starts: free space on the disk of ${data.path}`
  return { name: 'Disk', state: free < SPACE_REFUSE_BYTES ? 'error' : 'warn', detail, hint }
}

/** A clock behind the record's own last write was set back, or never set. */
export function checkClock(data: DataDirectory): HealthCheck {
  const lastWrite = statSync(data.database, { throwIfNoEntry: false })?.mtimeMs ?? 0
  const behindMinutes = Math.round((lastWrite - Date.now()) / 60_000)
  if (behindMinutes < 1) {
    return { name: 'Clock', state: 'ok', detail: `${new Date().toISOString().slice(11, 16)} UTC` }
  }
  const hint = 'Times in the record will go back; its order holds. Set the clock of this host'
  return { name: 'Clock', state: 'warn', detail: `${behindMinutes} min behind the record`, hint }
}
