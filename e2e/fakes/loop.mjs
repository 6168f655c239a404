// Loaded into a console before anything else, as `loop.mjs?file=PATH`: writes there how long its event loop has stood still, in
// milliseconds, since the file was last taken away.
import { existsSync, writeFileSync } from 'node:fs'
import { monitorEventLoopDelay } from 'node:perf_hooks'

const file = new URL(import.meta.url).searchParams.get('file')
const delay = monitorEventLoopDelay({ resolution: 10 })
delay.enable()
setInterval(() => {
  if (!existsSync(file)) delay.reset()
  writeFileSync(file, JSON.stringify({ p99: delay.percentile(99) / 1e6, max: delay.max / 1e6 }))
}, 100).unref()
