'use client'
import { useEffect, useRef, useState } from 'react'
import type { SessionStatus } from '../../lib/api.ts'

/** Says to a screen reader what happened, and nothing of the stream of output. */
export function Milestones({
  status,
  word,
  connection,
}: {
  status: SessionStatus
  word: string
  connection: string
}) {
  const [said, setSaid] = useState('')
  const known = useRef({ word, connection })
  useEffect(() => {
    const before = known.current
    known.current = { word, connection }
    if (before.word !== word) {
      setSaid(
        status === 'needs_you'
          ? 'The agent needs your answer'
          : status === 'running'
            ? 'A turn is running'
            : `The turn has ended: ${word}`,
      )
    } else if (before.connection === 'live' && connection !== 'live')
      setSaid('The connection is lost; trying again')
    else if (before.connection !== 'live' && connection === 'live' && before.connection !== 'connecting')
      setSaid('Connected again')
  }, [status, word, connection])
  return (
    <p role="status" className="sr-only">
      {said}
    </p>
  )
}
