'use client'
import { useEffect, useState } from 'react'
import { makeVisible } from '../../lib/format.ts'
import { cn } from '../ui/cn.ts'
import { createPatch, type Patch, type PatchLine, readEdits } from './edit-patch.ts'

const LOOK: Record<PatchLine['type'], string> = {
  same: 'text-muted',
  added: 'bg-ok/14',
  removed: 'bg-error/14',
  gap: 'text-faint',
}
const SIGN: Record<PatchLine['type'], string> = { same: ' ', added: '+', removed: '−', gap: '⋯' }
const SAID: Record<PatchLine['type'], string> = { same: '', added: 'added: ', removed: 'removed: ', gap: '' }
const MARK: Record<PatchLine['type'], string> = {
  same: '',
  added: 'bg-ok/35',
  removed: 'bg-error/35',
  gap: '',
}
const DIFF_LINES = 60
const patches = new WeakMap<object, Patch>()

/** What a file tool changes, once it has been compared; null for other tools and until then. */
export function usePatch(name: string, input: Record<string, unknown>): Patch | null {
  const [patch, setPatch] = useState<Patch | null>(patches.get(input) ?? null)
  useEffect(() => {
    const edits = patches.has(input) ? null : readEdits(name, input)
    if (!edits) return
    let wanted = true
    createPatch(edits).then((made) => {
      patches.set(input, made)
      if (wanted) setPatch(made)
    })
    return () => {
      wanted = false
    }
  }, [name, input])
  return patch
}

export function Diff({ patch }: { patch: Patch }) {
  const [all, setAll] = useState(false)
  const lines = patch.lines.map((line, place) => ({ ...line, place }))
  const shown = all ? lines : lines.slice(0, DIFF_LINES)
  return (
    <div className="border-t border-line bg-bg">
      <pre className="py-1.5">
        {shown.map((line) => (
          <span key={line.place} className={cn('grid grid-cols-[24px_minmax(0,1fr)] px-3', LOOK[line.type])}>
            <span
              aria-hidden="true"
              className={cn(
                'select-none',
                line.type === 'added' && 'text-ok',
                line.type === 'removed' && 'text-error',
              )}
            >
              {SIGN[line.type]}
            </span>
            <span className="whitespace-pre-wrap wrap-anywhere">
              <span className="sr-only">{SAID[line.type]}</span>
              <Text line={line} />
              {'\n'}
            </span>
          </span>
        ))}
      </pre>
      {lines.length > shown.length ? (
        <button
          type="button"
          onClick={() => setAll(true)}
          className="w-full border-t border-line bg-surface px-3 py-1.5 text-left text-12 text-muted hover:text-text"
        >
          Show {lines.length - shown.length} more lines
        </button>
      ) : null}
    </div>
  )
}

/** A zero that was an O is found at a glance. */
function Text({ line: { type, text, changed } }: { line: PatchLine }) {
  if (!changed) return makeVisible(text)
  const { from, to } = changed
  return (
    <>
      {makeVisible(text.slice(0, from))}
      {to > from ? (
        <mark className={cn('rounded-[2px] text-text', MARK[type])}>{makeVisible(text.slice(from, to))}</mark>
      ) : null}
      {makeVisible(text.slice(to))}
    </>
  )
}
