// Runs a drill's services outside of any turn: a small init, told what to do by `bin/svc` through a socket.
// Ends when it is told to, when the workspace is gone, or after SUPERVISOR_HOURS; its services end with it.
import { spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'

const SUPERVISOR_HOURS = 6
const START_SECONDS = 4
/** As with systemd's start limit: a service that failed this often in START_WINDOW_MS stays down. */
const STARTS = 3
const START_WINDOW_MS = 10_000
const RESTART_AFTER_MS = 150

// The socket's path is relative: a unix socket's may have about a hundred characters, and workspaces can be deep.
process.chdir(process.argv[2] ?? '.')
const SOCKET = 'var/run/supervisor.sock'
const home = statSync('.')
mkdirSync('var/run', { recursive: true })
mkdirSync('var/log', { recursive: true })

const services = new Map(
  JSON.parse(readFileSync('etc/services.json', 'utf8')).map((unit) => [
    unit.name,
    { ...unit, state: 'inactive', child: null, since: new Date(), starts: [], why: '', wanted: false },
  ]),
)

const server = createServer({ allowHalfOpen: true }, (socket) => {
  let text = ''
  socket.setEncoding('utf8')
  socket.on('error', () => socket.destroy())
  socket.on('data', (chunk) => {
    text += chunk
    if (text.length > 4096) socket.destroy()
  })
  socket.on('end', async () => {
    const [verb, name] = text.trim().split(' ')
    socket.end(JSON.stringify(await obey(verb, name)))
    if (verb === 'shutdown') socket.on('close', () => process.exit(0))
  })
})
rmSync(SOCKET, { force: true })
server.listen(SOCKET, async () => {
  for (const service of services.values()) await start(service)
  writeFileSync('var/run/supervisor.pid', `${process.pid}\n`)
})

setTimeout(() => end(), SUPERVISOR_HOURS * 3_600_000).unref()
setInterval(() => {
  const now = statSync('.', { throwIfNoEntry: false })
  // The directory that we stand in has no links left when it is removed.
  const there = statSync(process.argv[2] ?? '.', { throwIfNoEntry: false })
  if (!now || !there || there.ino !== home.ino) end()
}, 1000)
process.on('SIGTERM', () => end())

async function end() {
  await Promise.all([...services.values()].map(stop))
  process.exit(0)
}

async function obey(verb, name) {
  if (verb === 'shutdown') {
    await Promise.all([...services.values()].map(stop))
    return { services: [...services.values()].map(describe) }
  }
  const chosen = name ? [services.get(name)] : [...services.values()]
  if (chosen.includes(undefined))
    return { error: `No service "${name}": there is ${[...services.keys()].join(', ')}` }
  for (const service of chosen) {
    if (verb === 'start' || verb === 'restart') {
      if (verb === 'restart') await stop(service)
      service.starts = []
      await start(service)
    } else if (verb === 'stop') await stop(service)
  }
  return { services: chosen.map(describe) }
}

function describe({ name, description, config, state, child, since, starts, why }) {
  return { name, description, config, state, pid: child?.pid ?? null, since, starts: starts.length, why }
}

/** Resolves when the service is ready, or has failed for good. */
function start(service) {
  if (service.child) return Promise.resolve()
  service.wanted = true
  return new Promise((done) => {
    const late = setTimeout(done, START_SECONDS * 1000)
    launch(service, () => {
      clearTimeout(late)
      done()
    })
  })
}

function launch(service, settled) {
  service.starts = [...service.starts.filter((at) => Date.now() - at < START_WINDOW_MS), Date.now()]
  const log = openSync(`var/log/${service.name}.log`, 'a')
  const child = spawn(process.execPath, [service.script, service.config], {
    env: {},
    stdio: ['ignore', log, log, 'ipc'],
  })
  closeSync(log)
  Object.assign(service, { child, state: 'starting', since: new Date(), why: '' })
  child.on('message', () => {
    service.state = 'running'
    settled()
  })
  child.on('error', () => {})
  child.on('exit', (code, signal) => {
    Object.assign(service, { child: null, since: new Date() })
    if (!service.wanted) {
      service.state = 'stopped'
      return settled()
    }
    service.why = signal ? `killed by ${signal}` : `exit code ${code}`
    const recent = service.starts.filter((at) => Date.now() - at < START_WINDOW_MS)
    if (recent.length >= STARTS) {
      service.state = 'failed'
      return settled()
    }
    service.state = 'restarting'
    setTimeout(() => service.wanted && !service.child && launch(service, settled), RESTART_AFTER_MS)
  })
}

async function stop(service) {
  service.wanted = false
  const { child } = service
  if (!child) {
    service.state = 'stopped'
    return
  }
  await new Promise((gone) => {
    const hard = setTimeout(() => child.kill('SIGKILL'), 2000)
    child.once('exit', () => {
      clearTimeout(hard)
      gone()
    })
    child.kill('SIGTERM')
  })
}
