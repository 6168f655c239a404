// What can be done with any card: the same words, places and sizes in the foot of each.
import { type ReactNode, useContext } from 'react'
import { formatBytes } from '../../lib/format.ts'
import { CopyButton } from '../ui/copy-button.tsx'
import { stripAnsi } from './ansi.ts'
import { SessionId } from './event.tsx'

const ACTION = '-mx-1.5 h-6 px-1.5 font-normal text-faint'

/** The foot of a card. */
export function CardFoot({ children }: { children: ReactNode }) {
  return (
    <footer className="flex min-h-8 flex-wrap items-center gap-x-4 gap-y-1 border-t border-line px-3 py-1 text-12 text-faint">
      {children}
    </footer>
  )
}

/** Copies what was called, what it wrote, and where it stands in the record; what there is none of is left out. */
export function CopyActions({
  word,
  text,
  output,
  seq,
}: {
  word: string
  text: string | (() => string)
  output: string
  seq: number | undefined
}) {
  const session = useContext(SessionId)
  return (
    <>
      <CopyButton className={ACTION} text={text}>
        {word}
      </CopyButton>
      {output ? (
        <CopyButton className={ACTION} text={() => stripAnsi(output)}>
          Copy output
        </CopyButton>
      ) : null}
      {seq === undefined ? null : (
        <CopyButton className={ACTION} text={() => `${location.origin}/sessions/${session}#e-${seq}`}>
          Copy link
        </CopyButton>
      )}
    </>
  )
}

export function WrapToggle({ wrap, onWrap }: { wrap: boolean; onWrap: () => void }) {
  return (
    <button type="button" aria-pressed={wrap} onClick={onWrap} className="h-6 rounded-md hover:text-text">
      {wrap ? 'Don’t wrap' : 'Wrap lines'}
    </button>
  )
}

/** @param id of the output that is kept beside the record */
export function FullOutput({ id, bytes }: { id: string; bytes: number }) {
  const session = useContext(SessionId)
  return (
    <a
      href={`/api/sessions/${encodeURIComponent(session)}/outputs/${encodeURIComponent(id)}`}
      target="_blank"
      rel="noopener noreferrer"
      className="inline-flex h-6 items-center text-muted underline decoration-line underline-offset-4 hover:text-text"
    >
      Open full output ({formatBytes(bytes)})
    </a>
  )
}
