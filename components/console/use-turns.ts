'use client'
import { useCallback, useEffect, useRef, useState } from 'react'
import type { Problem, SessionDetail } from '../../lib/api.ts'
import type { RecordSnapshot } from '../../lib/block-types.ts'
import { api } from '../api.ts'
import { createIdempotencyKey } from './drafts.ts'

/** A prompt that is on its way: shown at once, until the record or the queue has it. */
export type Sending = { key: string; text: string; at: string; turn_id: string | null; queued: boolean }
export type Refusal = { problem: Problem; text: string; key: string }

/** Sending and stopping, told at once and taken back when the server refuses. */
export function useTurns(detail: SessionDetail, record: RecordSnapshot, refresh: () => void) {
  const [sending, setSending] = useState<Sending[]>([])
  const [refused, setRefused] = useState<Refusal | null>(null)
  const [stopping, setStopping] = useState<string | null>(null)
  const base = `/api/sessions/${encodeURIComponent(detail.id)}`
  const running = record.facts.running?.turn_id ?? null
  const runningNow = useRef(running)
  runningNow.current = running

  const send = useCallback(
    async (text: string, options: { queue: boolean; key: string | null }): Promise<boolean> => {
      const key = options.key ?? createIdempotencyKey()
      setRefused(null)
      setSending((now) => [
        ...now,
        { key, text, at: new Date().toISOString(), turn_id: null, queued: options.queue },
      ])
      const answer = await api<{ turn_id: string; state: string }>(
        'POST',
        `${base}/turns`,
        options.queue ? { prompt: text, queue: true } : { prompt: text },
        { idempotencyKey: key },
      )
      if (answer.ok) {
        const { turn_id, state } = answer.data
        setSending((now) =>
          now.map((each) => (each.key === key ? { ...each, turn_id, queued: state === 'queued' } : each)),
        )
        refresh()
        return true
      }
      setSending((now) => now.filter((each) => each.key !== key))
      setRefused({ problem: answer.problem, text, key })
      return false
    },
    [base, refresh],
  )

  const stop = useCallback(async () => {
    const turn = runningNow.current
    if (turn === null) return
    setStopping(turn)
    setRefused(null)
    const answer = await api('DELETE', `${base}/turns/current`)
    if (answer.ok) return
    setStopping(null)
    // Stopping a turn that has just ended by itself is no failure.
    if (runningNow.current === turn) setRefused({ problem: answer.problem, text: '', key: '' })
  }, [base])

  const known = new Set([
    ...record.items.flatMap((item) => (item.type === 'turn' ? [item.id] : [])),
    ...detail.queue.map((turn) => turn.id),
  ])
  const open = sending.filter((each) => each.turn_id === null || !known.has(each.turn_id))
  useEffect(() => {
    if (open.length < sending.length) setSending(open)
  })
  return {
    sending: open,
    refused,
    dismiss: () => setRefused(null),
    send,
    stop,
    stopping: stopping !== null && stopping === running,
  }
}
