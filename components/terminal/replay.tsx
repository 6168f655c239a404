'use client'
import '@xterm/xterm/css/xterm.css'
import type { Terminal } from '@xterm/xterm'
import { Pause, Play } from 'lucide-react'
import { useEffect, useId, useRef, useState } from 'react'
import { type Cast, parseCast } from '../../lib/asciicast.ts'
import { formatDuration } from '../../lib/format.ts'
import { Button } from '../ui/button.tsx'
import { Select } from '../ui/field.tsx'
import { createPlayer, SPEEDS } from './player.ts'
import { createSafeXterm } from './safe-xterm.ts'

type State = { cast: Cast } | { problem: string } | null

/** Plays a terminal's recording. */
export default function Replay({ id, title }: { id: string; title: string }) {
  const host = useRef<HTMLDivElement>(null)
  const [loaded, setLoaded] = useState<State>(null)
  const [terminal, setTerminal] = useState<Terminal | null>(null)

  useEffect(() => {
    let gone = false
    void readCast(id).then((state) => {
      if (!gone) setLoaded(state)
    })
    return () => {
      gone = true
    }
  }, [id])

  const cast = loaded && 'cast' in loaded ? loaded.cast : null
  useEffect(() => {
    const element = host.current
    if (!element || !cast) return
    let xterm: Terminal | null = null
    let gone = false
    void createSafeXterm(element).then((made) => {
      if (gone) return made.dispose()
      xterm = made
      setTerminal(made)
    })
    return () => {
      gone = true
      setTerminal(null)
      xterm?.dispose()
    }
  }, [cast])

  return (
    <section aria-label={`Recording: ${title}`} className="flex min-h-0 min-w-0 flex-1 flex-col">
      {cast && terminal ? <Controls cast={cast} terminal={terminal} /> : null}
      {loaded === null ? <p className="p-4 text-13 text-faint">Loading the recording…</p> : null}
      {loaded && 'problem' in loaded ? (
        <p role="alert" className="p-4 text-13 text-error">
          {loaded.problem}
        </p>
      ) : null}
      <div className="min-h-0 flex-1 overflow-auto bg-[#0b0d10]" hidden={!cast}>
        <div ref={host} className="w-max min-w-full p-2 font-mono" data-screen="" />
      </div>
    </section>
  )
}

function Controls({ cast, terminal }: { cast: Cast; terminal: Terminal }) {
  const [at, setAt] = useState(0)
  const [playing, setPlaying] = useState(false)
  const speedId = useId()
  const [speed, setSpeed] = useState(1)
  const player = useRef<ReturnType<typeof createPlayer> | null>(null)

  useEffect(() => {
    const made = createPlayer(cast, terminal, (now, runs) => {
      setAt(now)
      setPlaying(runs)
    })
    player.current = made
    // Motion is a choice: without it the recording stands at its end, and the scrubber shows the rest.
    if (matchMedia('(prefers-reduced-motion: reduce)').matches) made.seek(cast.duration)
    else made.play()
    return made.close
  }, [cast, terminal])

  return (
    <div className="flex flex-wrap items-center gap-3 border-b border-line bg-surface px-3 py-2">
      <Button
        size="sm"
        onClick={() => (playing ? player.current?.pause() : player.current?.play())}
        className="min-w-20"
      >
        {playing ? <Pause size={14} aria-hidden="true" /> : <Play size={14} aria-hidden="true" />}
        {playing ? 'Pause' : 'Play'}
      </Button>
      <input
        type="range"
        aria-label="Position in the recording"
        aria-valuetext={`${clock(at)} of ${clock(cast.duration)}`}
        min={0}
        max={Math.max(cast.duration, 0.001)}
        step="any"
        value={at}
        onChange={(event) => player.current?.seek(Number(event.target.value))}
        className="h-6 min-w-32 flex-1 accent-[var(--accent)]"
      />
      <span className="text-12 text-muted tabular">
        {clock(at)} / {clock(cast.duration)}
      </span>
      <label htmlFor={speedId} className="flex items-center gap-2 text-12 text-muted">
        Speed
        <Select
          id={speedId}
          value={speed}
          onChange={(event) => {
            const chosen = Number(event.target.value)
            setSpeed(chosen)
            player.current?.setSpeed(chosen)
          }}
          className="w-20 text-text"
        >
          {SPEEDS.map((each) => (
            <option key={each} value={each}>
              {each}×
            </option>
          ))}
        </Select>
      </label>
    </div>
  )
}

const clock = (seconds: number) => formatDuration(Math.round(seconds * 1000))

async function readCast(id: string): Promise<State> {
  try {
    const response = await fetch(`/api/terminals/${id}/recording`, {
      credentials: 'same-origin',
      cache: 'no-store',
    })
    const cast = response.ok ? parseCast(await response.text()) : null
    return cast ? { cast } : { problem: 'This terminal has no recording that can be played' }
  } catch {
    return { problem: 'The console did not answer: the recording is kept, try again' }
  }
}
