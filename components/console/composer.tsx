'use client'
import { BookOpen, CornerDownLeft, Square } from 'lucide-react'
import { type FormEvent, type KeyboardEvent, type RefObject, useEffect, useId, useRef, useState } from 'react'
import { takeInsertions } from '../runbooks/insert-prompt.ts'
import { openPalette } from '../shell/keys.ts'
import { Button } from '../ui/button.tsx'
import { createIdempotencyKey, keepDraft, readDraft } from './drafts.ts'

const DRAFT_DELAY_MS = 150

/** Where an operator says the next thing. While a turn runs it queues, and Stop stands where Send stood. */
export function Composer({
  session,
  running,
  stopping,
  first,
  onSend,
  onStop,
  field,
}: {
  session: string
  running: boolean
  stopping: boolean
  /** Nothing has been asked yet. */
  first: boolean
  onSend: (text: string, key: string) => Promise<boolean>
  onStop: () => void
  field: RefObject<HTMLTextAreaElement | null>
}) {
  const [text, setText] = useState('')
  const key = useRef<string | null>(null)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const hint = useId()

  useEffect(() => {
    const draft = readDraft(session)
    key.current = draft.key
    // What was typed before the page came alive is newer than any draft.
    setText((field.current?.value ?? '') || draft.text)
  }, [session, field])

  function change(next: string) {
    setText(next)
    key.current = null
    clearTimeout(timer.current)
    timer.current = setTimeout(() => keepDraft(session, { text: next, key: null }), DRAFT_DELAY_MS)
  }

  const latest = useRef(change)
  latest.current = change
  useEffect(
    () =>
      takeInsertions(
        session,
        () => field.current,
        (given) => latest.current(given),
      ),
    [session, field],
  )

  async function submit(event?: FormEvent) {
    event?.preventDefault()
    const prompt = text
    if (prompt.trim() === '') return
    clearTimeout(timer.current)
    const used = key.current ?? createIdempotencyKey()
    key.current = null
    // Kept until the server has it: a crash in between loses nothing and repeats nothing.
    keepDraft(session, { text: prompt, key: used })
    setText('')
    if (await onSend(prompt, used)) {
      if (readDraft(session).key === used) keepDraft(session, { text: '', key: null })
      return
    }
    setText((now) => {
      const back = now === '' ? prompt : `${prompt}\n${now}`
      keepDraft(session, { text: back, key: now === '' ? used : null })
      if (now === '') key.current = used
      return back
    })
    field.current?.focus()
  }

  function onKeyDown(event: KeyboardEvent<HTMLTextAreaElement>) {
    if (event.key !== 'Enter' || event.shiftKey || event.altKey) return
    // Enter that ends a composition belongs to the input method; Safari tells only by 229.
    if (event.nativeEvent.isComposing || event.keyCode === 229) return
    event.preventDefault()
    void submit()
  }

  const empty = text.trim() === ''
  return (
    <form
      onSubmit={submit}
      className="flex items-end gap-2 rounded-[10px] border border-edge bg-surface p-2 pl-3.5 focus-within:border-accent forced-colors:focus-within:outline-2 narrow:flex-wrap"
    >
      <textarea
        ref={field}
        id="breakglass-composer"
        aria-label="What the agent should do"
        aria-describedby={hint}
        value={text}
        rows={Math.min(8, text.split('\n').length)}
        onChange={(event) => change(event.target.value)}
        onKeyDown={onKeyDown}
        placeholder={
          running ? 'Queue what comes next' : first ? 'Say what to do first' : 'Say what to do next'
        }
        className="field-sizing-content max-h-[38dvh] min-h-10 min-w-0 flex-1 resize-none bg-transparent py-2 text-16 wrap-anywhere outline-none narrow:max-h-[28dvh]"
      />
      <span id={hint} className="sr-only">
        Enter {running ? 'queues it' : 'sends it'}, Shift and Enter break the line
        {running ? ', Escape stops the turn' : ''}.
      </span>
      <span className="ml-auto flex gap-2">
        <Button
          variant="quiet"
          size="lg"
          onClick={openPalette}
          aria-label="Verbs and presets"
          title="Verbs and presets"
          className="px-2.5"
        >
          <BookOpen size={16} aria-hidden="true" />
        </Button>
        {running && !empty ? (
          <Button type="submit" variant="primary" size="lg">
            Queue
          </Button>
        ) : null}
        {running ? (
          <Button
            variant="stop"
            size="lg"
            onClick={onStop}
            busy={stopping && 'Stopping…'}
            aria-keyshortcuts="Escape"
          >
            <Square size={12} fill="currentColor" aria-hidden="true" />
            Stop
            <span className="text-12 font-normal narrow:hidden" aria-hidden="true">
              Esc
            </span>
          </Button>
        ) : (
          <Button type="submit" variant="primary" size="lg" disabled={empty}>
            <CornerDownLeft size={16} aria-hidden="true" />
            Send
          </Button>
        )}
      </span>
    </form>
  )
}
