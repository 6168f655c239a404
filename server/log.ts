// The console's own log: JSON lines in a file of the data directory, warnings on standard error as well.
import pino from 'pino'

export type Log = pino.Logger

const SECRETS = ['password', 'token', 'authorization', 'cookie', 'set_cookie', 'csrf_token', 'key']

/** @param path of the log file, made with mode 0600 */
export function createLog(path: string): Log {
  const paths = SECRETS.flatMap((name) => [name, `*.${name}`])
  const options = {
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths, censor: '[redacted]' },
  }
  return pino(
    options,
    pino.multistream([
      { level: 'info', stream: pino.destination({ dest: path, mode: 0o600, sync: true }) },
      { level: 'warn', stream: pino.destination({ dest: 2, sync: true }) },
    ]),
  )
}
