// What works and what does not, in words for the operator: the health strip and `doctor`.
import { statSync } from 'node:fs'
import type { Health, HealthCheck } from '../lib/api.ts'
import type { Binary } from './claude/binary.ts'
import type { DataDirectory } from './data-directory.ts'
import type { Provider } from './providers.ts'

export const SPACE_WARN_BYTES = 1024 ** 3
export const SPACE_REFUSE_BYTES = 500 * 1024 ** 2

const PROBE_TIMEOUT_MS = 4_000
/** A provider is asked at most this often. */
const PROBE_AGE_MS = 30_000
const ANTHROPIC_API = 'https://api.anthropic.com'

/** The version that the fixtures of the translator were recorded with. */
export const FIXTURE_VERSION = '2.1.197'

export type HealthOf = {
  /** For anybody: no paths, no names. */
  summary(): Health
  /** For the signed-in. */
  checks(): Promise<HealthCheck[]>
}

export function createHealth(options: {
  version: string
  /** Resolves once the CLI has been looked for. */
  binary: Promise<Binary>
  data: DataDirectory
  provider: Provider
  recordTrouble: () => string | null
}): HealthOf {
  const { version, data, provider, recordTrouble } = options
  const started_at = new Date().toISOString()
  let binary: Binary | null = null
  void options.binary.then((found) => {
    binary = found
  })
  let probe: { at: number; check: Promise<HealthCheck> } | null = null

  function probeModel() {
    if (!probe || performance.now() - probe.at > PROBE_AGE_MS)
      probe = { at: performance.now(), check: checkModel(provider) }
    return probe.check
  }

  return {
    summary() {
      const troubles = [checkRecord(recordTrouble()), checkDisk(data)].filter(
        (check) => check.state === 'error',
      )
      const ok = troubles.length === 0 && binary?.problem == null
      return { ok, version, claude_version: binary?.version ?? null, started_at, checks: [] }
    },
    async checks() {
      return [
        checkCli(await options.binary),
        await probeModel(),
        checkRecord(recordTrouble()),
        checkDisk(data),
        checkClock(data),
      ]
    },
  }
}

export function checkCli({ version, problem, path }: Binary): HealthCheck {
  if (version === null)
    return { name: 'CLI', state: 'error', detail: problem ?? `No version of ${path} is known` }
  if (version !== FIXTURE_VERSION) {
    const detail = `claude ${version}; this console was tried with ${FIXTURE_VERSION}: messages it does not know are shown raw`
    return { name: 'CLI', state: 'warn', detail }
  }
  return { name: 'CLI', state: 'ok', detail: `claude ${version}` }
}

/** Whether the provider answers at all; any HTTP status counts. */
export async function checkModel({ name, baseUrl, hasCredentials }: Provider): Promise<HealthCheck> {
  if (!hasCredentials) {
    const detail = `No credentials for ${name}: set ANTHROPIC_API_KEY, or log the host's claude in, and start the console again. Drills work without`
    return { name: 'Model', state: 'warn', detail }
  }
  const url = baseUrl ?? ANTHROPIC_API
  try {
    await fetch(url, { method: 'HEAD', redirect: 'manual', signal: AbortSignal.timeout(PROBE_TIMEOUT_MS) })
    return { name: 'Model', state: 'ok', detail: `${name} answers` }
  } catch (error) {
    const { cause } = error as Error
    const why = cause instanceof Error ? cause.message : (error as Error).message
    return {
      name: 'Model',
      state: 'error',
      detail: `${name} does not answer (${why}): check the network and the base URL. The record and drills work`,
    }
  }
}

function checkRecord(trouble: string | null): HealthCheck {
  return trouble === null
    ? { name: 'Record', state: 'ok', detail: 'Record is written' }
    : { name: 'Record', state: 'error', detail: trouble }
}

export function checkDisk(data: DataDirectory): HealthCheck {
  const free = data.freeBytes()
  const size =
    free > 10 * 1024 ** 3 ? `${Math.round(free / 1024 ** 3)} GiB` : `${Math.round(free / 1024 ** 2)} MiB`
  if (free < SPACE_REFUSE_BYTES) {
    return {
      name: 'Disk',
      state: 'error',
      detail: `${size} free: no new turn starts under 500 MiB. Free space on the disk of ${data.path}`,
    }
  }
  if (free < SPACE_WARN_BYTES)
    return { name: 'Disk', state: 'warn', detail: `${size} free: under 500 MiB no new turn starts` }
  return { name: 'Disk', state: 'ok', detail: `${size} free` }
}

/** A clock behind the record's own last write was set back, or never set. */
export function checkClock(data: DataDirectory): HealthCheck {
  const lastWrite = statSync(data.database, { throwIfNoEntry: false })?.mtimeMs ?? 0
  const behindMs = lastWrite - Date.now()
  if (behindMs > 60_000) {
    const detail = `The clock is ${Math.round(behindMs / 60_000)} min behind the last write of the record: times in the record will go back`
    return { name: 'Clock', state: 'warn', detail }
  }
  return {
    name: 'Clock',
    state: 'ok',
    detail: `${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC`,
  }
}
