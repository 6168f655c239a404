'use client'
import { useEffect, useState } from 'react'
import type { SessionPage } from '../../lib/api.ts'
import { makeVisible, oneLine } from '../../lib/format.ts'
import { api } from '../api.ts'
import { Field, fieldProps, Select, Textarea } from '../ui/field.tsx'

/** Stands for a session that is to be opened. */
export const NEW_SESSION = 'new'
const OPEN_READ = 100

type Names = { id: string; title: string }[]

/** The sessions that are open, the one that is looked at first; null while they are read. */
export function useOpenSessions(current: string | null): {
  sessions: Names | null
  chosen: string
  choose: (id: string) => void
} {
  const [sessions, setSessions] = useState<Names | null>(null)
  const [picked, setPicked] = useState<string | null>(null)
  useEffect(() => {
    let gone = false
    api<SessionPage>('GET', `/api/sessions?outcome=open&limit=${OPEN_READ}`).then((answer) => {
      if (!gone) setSessions(answer.ok ? answer.data.sessions.map(({ id, title }) => ({ id, title })) : [])
    })
    return () => {
      gone = true
    }
  }, [])
  // The session that is looked at needs no list.
  const known = sessions ?? (current === null ? null : [{ id: current, title: 'This session' }])
  const first = known?.find(({ id }) => id === current)?.id ?? known?.[0]?.id ?? NEW_SESSION
  return { sessions: known, chosen: picked ?? first, choose: setPicked }
}

/** In which session, or why a new one is opened. */
export function SessionChoice({
  sessions,
  chosen,
  onChoose,
  reason,
  onReason,
  error,
}: {
  sessions: Names | null
  chosen: string
  onChoose: (id: string) => void
  reason: string
  onReason: (reason: string) => void
  error: string | undefined
}) {
  return (
    <>
      <Field id="run-session" label="Session">
        <Select
          {...fieldProps('run-session', {})}
          value={chosen}
          onChange={(event) => onChoose(event.target.value)}
        >
          {sessions?.map(({ id, title }) => (
            <option key={id} value={id}>
              {oneLine(makeVisible(title), 80)}
            </option>
          ))}
          <option value={NEW_SESSION}>{sessions ? 'Open a new session' : 'Reading the sessions…'}</option>
        </Select>
      </Field>
      {sessions && chosen === NEW_SESSION ? (
        <Field id="run-reason" label="What is broken?" hint="At least 10 characters" error={error}>
          <Textarea
            {...fieldProps('run-reason', { hint: true, error })}
            rows={2}
            value={reason}
            maxLength={2000}
            onChange={(event) => onReason(event.target.value)}
          />
        </Field>
      ) : null}
    </>
  )
}
