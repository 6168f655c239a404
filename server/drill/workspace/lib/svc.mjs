// The command `bin/svc`: looks at services and changes their state. Exit codes are systemctl's: 3 is "not running".
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { askSupervisor } from './supervisor-client.mjs'

const USAGE = `Usage: svc status [NAME]
       svc start|stop|restart NAME
       svc check NAME          reads the configuration, changes nothing
       svc logs NAME [LINES]   the newest lines of its log, 20 unless told`

process.chdir(dirname(dirname(fileURLToPath(import.meta.url))))
const [verb = 'status', name, lines = '20'] = process.argv.slice(2)

if (!['status', 'start', 'stop', 'restart', 'check', 'logs'].includes(verb) || (verb !== 'status' && !name)) {
  console.error(USAGE)
  process.exit(2)
}
try {
  if (verb === 'logs') showLog()
  else if (verb === 'check') check()
  else await command()
} catch (error) {
  console.error(`svc: the supervisor does not answer (${error.code ?? error.message})`)
  process.exit(1)
}

async function command() {
  const answer = await askSupervisor(name ? `${verb} ${name}` : verb)
  if (answer.error) {
    console.error(`svc: ${answer.error}`)
    process.exit(4)
  }
  for (const service of answer.services) console.log(sheet(service))
  const isDown = answer.services.some(({ state }) => state !== 'running')
  process.exitCode = verb === 'stop' || !isDown ? 0 : verb === 'status' ? 3 : 1
}

function sheet({ name: unit, description, config, state, pid, since, starts, why }) {
  const seconds = Math.max(0, Math.round((Date.now() - Date.parse(since)) / 1000))
  const failure = state === 'failed' ? `, ${why}, gave up after ${starts} starts` : why && `, ${why}`
  return [
    `${state === 'running' ? '●' : '○'} ${unit} - ${description}`,
    `    state: ${state}${failure ?? ''} (${seconds} s ago)`,
    `      pid: ${pid ?? '-'}`,
    `   config: ${config}`,
    `      log: var/log/${unit}.log`,
  ].join('\n')
}

function check() {
  const unit = JSON.parse(readFileSync('etc/services.json', 'utf8')).find((service) => service.name === name)
  if (!unit) {
    console.error(`svc: No service "${name}"`)
    process.exit(4)
  }
  const { status } = spawnSync(process.execPath, [unit.script, unit.config, '--check'], { stdio: 'inherit' })
  process.exitCode = status ?? 1
}

function showLog() {
  const log = readFileSync(`var/log/${name}.log`, 'utf8').trimEnd().split('\n')
  console.log(log.slice(-Math.max(1, Number(lines) || 20)).join('\n'))
}
