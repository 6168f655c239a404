'use client'
import { useEffect, useRef, useState } from 'react'
import type { SessionStatus } from '../../lib/api.ts'

/** Says to a screen reader what happened, and nothing of the stream of output. */
export function Milestones({
  status,
  word,
  connection,
  asked,
}: {
  status: SessionStatus
  word: string
  connection: string
  /** The latest question that waits, in few words. */
  asked: { id: string; title: string } | undefined
}) {
  const [said, setSaid] = useState('')
  const known = useRef({ word, connection, asked: asked?.id })
  useEffect(() => {
    const before = known.current
    known.current = { word, connection, asked: asked?.id }
    if (before.word !== word) {
      setSaid(
        status === 'needs_you'
          ? `The agent needs your answer: ${asked?.title ?? 'it asks'}`
          : status === 'running'
            ? 'A turn is running'
            : `The turn has ended: ${word}`,
      )
    } else if (asked && before.asked !== asked.id) setSaid(`The agent waits for your answer: ${asked.title}`)
    else if (before.connection === 'live' && connection !== 'live')
      setSaid('The connection is lost; trying again')
    else if (before.connection !== 'live' && connection === 'live' && before.connection !== 'connecting')
      setSaid('Connected again')
  }, [status, word, connection, asked])
  return (
    <p role="status" className="sr-only">
      {said}
    </p>
  )
}
