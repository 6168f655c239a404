import type { Terminal } from '@xterm/xterm'
import type { Cast } from '../../lib/asciicast.ts'

export const SPEEDS = [0.5, 1, 2, 4, 8] as const
/** Nobody watches an idle prompt: longer pauses are cut to this. */
const PAUSE_MAX_SECONDS = 2
const TICK_MS = 33

/** Plays a recording on a terminal. `onChange` gets where it stands, in seconds, and whether it runs. */
export function createPlayer(
  cast: Cast,
  terminal: Terminal,
  onChange: (at: number, playing: boolean) => void,
) {
  let at = 0
  let next = 0
  let speed = 1
  let timer: ReturnType<typeof setInterval> | undefined
  let tickedAt = 0

  function reset(): void {
    terminal.reset()
    terminal.resize(cast.cols, cast.rows)
    next = 0
  }

  function show(until: number): void {
    let output = ''
    for (let event = cast.events[next]; event && event.at <= until; event = cast.events[next]) {
      if (event.code === 'o') output += event.data
      else if (event.code === 'r') {
        terminal.write(output)
        output = ''
        const [cols, rows] = event.data.split('x').map(Number)
        if (cols && rows) terminal.write('', () => terminal.resize(cols, rows))
      }
      next += 1
    }
    if (output !== '') terminal.write(output)
    at = until
  }

  function tick(): void {
    const now = performance.now()
    const passed = ((now - tickedAt) / 1000) * speed
    tickedAt = now
    const upcoming = cast.events[next]?.at ?? cast.duration
    // A long pause is jumped over, but for its last part.
    const from = upcoming - at > PAUSE_MAX_SECONDS * speed ? upcoming - PAUSE_MAX_SECONDS * speed : at
    show(Math.min(cast.duration, from + passed))
    if (at >= cast.duration) pause()
    else onChange(at, true)
  }

  function pause(): void {
    clearInterval(timer)
    timer = undefined
    onChange(at, false)
  }

  reset()
  return {
    play(): void {
      if (timer) return
      if (at >= cast.duration) {
        reset()
        at = 0
      }
      tickedAt = performance.now()
      timer = setInterval(tick, TICK_MS)
      onChange(at, true)
    },
    pause,
    /** @param to seconds */
    seek(to: number): void {
      if (to < at) reset()
      show(to)
      onChange(at, timer !== undefined)
    },
    setSpeed(to: number): void {
      speed = to
    },
    close: () => clearInterval(timer),
  }
}
