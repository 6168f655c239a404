'use client'
import { Fragment } from 'react'
import { usePreference } from '../preferences.ts'
import { Dialog } from '../ui/dialog.tsx'
import { Kbd } from '../ui/kbd.tsx'
import { KEY_MAP, type KeyLine } from './keys.ts'

export function KeyMap({ open, onClose }: { open: boolean; onClose: () => void }) {
  const off = usePreference('keys') === 'off'
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title="Keys"
      description={
        off
          ? 'Single keys are switched off in the settings: only Ctrl K, Enter and Esc act.'
          : 'Single keys rest while you type. Settings can switch them off.'
      }
      className="max-w-[640px]"
    >
      <div {...REACHABLE} className="grid grid-cols-2 gap-8 narrow:grid-cols-1 narrow:gap-6">
        {KEY_MAP.map((part) => (
          <section key={part.title}>
            <h3 className="pb-2 text-12 font-medium text-faint">{part.title}</h3>
            <dl className="flex flex-col gap-2">
              {part.lines.map((line) => (
                <Line key={line.does} line={line} off={off && line.single === true} />
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  )
}

/** On a small screen the map scrolls: that has to be reachable without a mouse. */
const REACHABLE = { tabIndex: 0, role: 'group', 'aria-label': 'All keys' } as const

function Line({ line, off }: { line: KeyLine; off: boolean }) {
  return (
    <div className="grid grid-cols-[92px_1fr] items-baseline gap-3">
      <dt className="flex items-center gap-1">
        {line.keys.map((key, at) => (
          <Fragment key={key}>
            {at > 0 ? <span className="sr-only">then</span> : null}
            <Kbd>{key}</Kbd>
          </Fragment>
        ))}
      </dt>
      <dd className="text-13 text-muted">
        {line.does}
        {off ? <span className="text-faint"> · off</span> : null}
      </dd>
    </div>
  )
}
