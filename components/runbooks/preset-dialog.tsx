'use client'
import { usePathname, useRouter } from 'next/navigation'
import { type FormEvent, useState } from 'react'
import { fillText } from '../../lib/blanks.ts'
import { makeVisible } from '../../lib/format.ts'
import type { PresetView } from '../../lib/verbs-api.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Field, fieldProps, Select } from '../ui/field.tsx'
import { BlankFields, firstValues } from './blank-fields.tsx'
import { NEW, putIntoComposer } from './insert-prompt.ts'
import { PromptText } from './prompt-text.tsx'
import { NEW_SESSION, useOpenSessions } from './session-choice.tsx'

/** Fills a preset's blanks and puts it into a composer, where it is read once more before it is sent. */
export default function PresetDialog({
  preset,
  current,
  onClose,
}: {
  preset: PresetView
  current: string | null
  onClose: () => void
}) {
  const router = useRouter()
  const path = usePathname()
  const { sessions, chosen, choose } = useOpenSessions(current)
  // On the first page the text belongs to a session that is not open yet.
  const [picked, setPicked] = useState(false)
  const place = !picked && current === null && path === '/' ? NEW_SESSION : chosen
  const [values, setValues] = useState<Record<string, string>>(() => firstValues(preset.blanks))
  const given = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, value.trim()]))

  function submit(event: FormEvent) {
    event.preventDefault()
    const text = fillText(preset.prompt, given)
    onClose()
    if (putIntoComposer(place === NEW_SESSION ? NEW : place, text)) return
    router.push(place === NEW_SESSION ? '/#write' : `/sessions/${place}`)
  }

  return (
    <Dialog
      open
      onClose={onClose}
      title={makeVisible(preset.title)}
      description={preset.description ? makeVisible(preset.description) : undefined}
      className="max-w-[560px]"
    >
      <form onSubmit={submit} className="flex flex-col gap-4">
        <Field id="preset-session" label="Composer of">
          <Select
            {...fieldProps('preset-session', {})}
            value={place}
            onChange={(event) => {
              setPicked(true)
              choose(event.target.value)
            }}
          >
            {sessions?.map(({ id, title }) => (
              <option key={id} value={id}>
                {makeVisible(title)}
              </option>
            ))}
            <option value={NEW_SESSION}>A new session</option>
          </Select>
        </Field>
        <BlankFields
          blanks={preset.blanks}
          values={values}
          errors={{}}
          onChange={(name, value) => setValues((now) => ({ ...now, [name]: value }))}
        />
        <p
          className="max-h-[32dvh] overflow-y-auto border-l-2 border-line py-0.5 pl-3 whitespace-pre-wrap wrap-anywhere text-muted"
          {...REACHABLE}
        >
          <PromptText text={preset.prompt} values={given} />
        </p>
        <div className="flex flex-wrap items-center justify-end gap-2">
          <p className="min-w-0 flex-1 text-12 text-faint">Nothing is sent yet.</p>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" disabled={sessions === null}>
            Put it into the composer
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

const REACHABLE = { tabIndex: 0, role: 'group', 'aria-label': 'The prompt' } as const
