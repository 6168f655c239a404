// What the drills' services share: `key = value` configuration with a schema, a log with times, life under the supervisor.
import { readFileSync } from 'node:fs'

/** A configuration that can't be used; the message names file and line. */
export class ConfigurationError extends Error {}

/** Kinds of values: each takes the text and returns the value, or throws with what was expected. */
export const kinds = {
  address(text) {
    const [, host, port] = /^(127\.0\.0\.1):(\d{1,5})$/.exec(text) ?? []
    if (!host) throw new Error('an address such as 127.0.0.1:8080')
    return { host, port: Number(port) }
  },
  count(text) {
    if (!/^\d+$/.test(text)) throw new Error('a whole number')
    return Number(text)
  },
  seconds(text) {
    if (!/^\d+s$/.test(text)) throw new Error('seconds such as 30s')
    return Number(text.slice(0, -1))
  },
  path: (text) => text,
  yesNo(text) {
    if (text !== 'yes' && text !== 'no') throw new Error('yes or no')
    return text === 'yes'
  },
  oneOf:
    (...values) =>
    (text) => {
      if (!values.includes(text)) throw new Error(`one of ${values.join(', ')}`)
      return text
    },
}

/** Reads `file`; every key of `schema` must be there and no other. Throws ConfigurationError. */
export function readConfiguration(file, schema) {
  const values = {}
  for (const [index, line] of readFileSync(file, 'utf8').split('\n').entries()) {
    const text = line.replace(/#.*$/, '').trim()
    if (text === '') continue
    const [, key, value] = /^(\w+)\s*=\s*(.*)$/.exec(text) ?? []
    const kind = schema[key]
    if (!kind) throw new ConfigurationError(`${file}:${index + 1}: unknown setting "${key ?? text}"`)
    try {
      values[key] = kind(value)
    } catch (error) {
      throw new ConfigurationError(`${file}:${index + 1}: "${key}" must be ${error.message}, got "${value}"`)
    }
  }
  for (const key of Object.keys(schema)) {
    if (!(key in values)) throw new ConfigurationError(`${file}: setting "${key}" is missing`)
  }
  return values
}

export function log(level, message) {
  console.log(`${new Date().toISOString()} ${level.padEnd(5)} ${message}`)
}

/**
 * Runs a service with the configuration named on the command line; with `--check` only reads that.
 * @param start gets the configuration and resolves when the service answers
 */
export async function runService(name, schema, start) {
  const [file, flag] = process.argv.slice(2)
  try {
    const configuration = readConfiguration(file, schema)
    if (flag === '--check') return console.log(`${file}: configuration is valid`)
    log('INFO', `${name} starting, pid ${process.pid}`)
    // The supervisor is gone: nobody could stop us any more.
    process.on('disconnect', () => process.exit(0))
    process.on('SIGTERM', () => {
      log('INFO', `${name} stopping`)
      process.exit(0)
    })
    await start(configuration)
    process.send?.('ready')
  } catch (error) {
    log('FATAL', `${name} can't start: ${error.message}`)
    process.exit(error instanceof ConfigurationError ? 78 : 1)
  }
}

/** Listens, and resolves then. */
export function listen(server, { host, port }) {
  return new Promise((listening, failed) => {
    server.once('error', failed)
    server.listen(port, host, () => {
      log('INFO', `listening on ${host}:${port}`)
      listening()
    })
  })
}
