'use client'
import { lazy, type ReactNode, Suspense, useState } from 'react'
import type { OperatorView } from '../../lib/api.ts'
import { formatPlural, makeVisible } from '../../lib/format.ts'
import type { PresetView, Runbooks, VerbView } from '../../lib/verbs-api.ts'
import { keepTrying } from '../keep-trying.ts'
import { commandLine } from '../transcript/verb-state.ts'
import { Button } from '../ui/button.tsx'
import { Input } from '../ui/field.tsx'
import { SeverityIcon } from '../ui/severity.tsx'
import { PromptText } from './prompt-text.tsx'
import { VerbMarks } from './verb-marks.tsx'

const VerbDialog = lazy(() => keepTrying(() => import('./verb-dialog.tsx')))
const PresetDialog = lazy(() => keepTrying(() => import('./preset-dialog.tsx')))

type Chosen = { verb: VerbView } | { preset: PresetView } | null

/** Everything that is prepared for a bad night: commands to run, prompts to give. It can be read when nothing else works. */
export function RunbooksPage({ runbooks, operator }: { runbooks: Runbooks; operator: OperatorView }) {
  const [looked, setLooked] = useState('')
  const [chosen, setChosen] = useState<Chosen>(null)
  const words = looked.toLowerCase().split(/\s+/).filter(Boolean)
  const fits = (texts: (string | null)[]) => {
    const all = texts.join(' ').toLowerCase()
    return words.every((word) => all.includes(word))
  }
  const verbs = runbooks.verbs.filter((verb) =>
    fits([verb.title, verb.name, verb.group, verb.description, verb.host, verb.confirm, ...verb.argv]),
  )
  const presets = runbooks.presets.filter((each) =>
    fits([each.title, each.name, each.group, each.description, each.prompt]),
  )
  const nothing = runbooks.verbs.length + runbooks.presets.length === 0
  return (
    <main
      id="main"
      tabIndex={-1}
      className="mx-auto flex w-full max-w-[960px] flex-col gap-6 px-8 py-8 narrow:px-4 narrow:py-5"
    >
      <div>
        <h1 className="text-22 font-semibold">Runbooks</h1>
        <p className="max-w-[72ch] pt-1 text-13 text-muted">
          Verbs are commands that run on this host without a model, in a session’s record like everything
          else. Presets are prompts for the agent.
          {operator.role === 'viewer'
            ? ' You are signed in as a viewer: you can read them, not run them.'
            : ''}
        </p>
      </div>
      {nothing ? <Nothing /> : <Search value={looked} onChange={setLooked} />}
      <p role="status" className="sr-only">
        {words.length > 0
          ? `${formatPlural(verbs.length, 'verb')} and ${formatPlural(presets.length, 'preset')} found`
          : ''}
      </p>
      {verbs.length > 0 ? (
        <Part name="Verbs">
          <Groups items={verbs}>
            {(verb) => <VerbRow key={verb.name} verb={verb} onRun={() => setChosen({ verb })} />}
          </Groups>
        </Part>
      ) : null}
      {presets.length > 0 ? (
        <Part name="Presets">
          <Groups items={presets}>
            {(preset) => (
              <PresetRow
                key={preset.name}
                preset={preset}
                onUse={!runbooks.may_prompt ? null : () => setChosen({ preset })}
              />
            )}
          </Groups>
        </Part>
      ) : null}
      {!nothing && verbs.length + presets.length === 0 ? (
        <p className="text-13 text-muted">
          Nothing here speaks of “{makeVisible(looked)}”. <ClearButton onClick={() => setLooked('')} />
        </p>
      ) : null}
      <Suspense fallback={null}>
        {chosen && 'verb' in chosen ? (
          <VerbDialog verb={chosen.verb} current={null} onClose={() => setChosen(null)} />
        ) : null}
        {chosen && 'preset' in chosen ? (
          <PresetDialog preset={chosen.preset} current={null} onClose={() => setChosen(null)} />
        ) : null}
      </Suspense>
    </main>
  )
}

function Search({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  return (
    <Input
      type="search"
      id="breakglass-search"
      aria-label="Search the runbooks"
      placeholder="Search by what it does, a program, a group"
      value={value}
      autoComplete="off"
      spellCheck={false}
      onChange={(event) => onChange(event.target.value)}
    />
  )
}

function ClearButton({ onClick }: { onClick: () => void }) {
  return (
    <button type="button" onClick={onClick} className="text-accent underline underline-offset-4">
      Show all
    </button>
  )
}

function Nothing() {
  return (
    <p className="rounded-lg border border-dashed border-line px-4 py-6 text-13 text-muted">
      There are no verbs and presets: the configuration says so. Add <code>verbs:</code> and{' '}
      <code>presets:</code> to it, or <code>runbooks: starter</code> for those that come along, and start the
      console again.
    </p>
  )
}

function Part({ name, children }: { name: string; children: ReactNode }) {
  return (
    <section aria-label={name} className="flex flex-col gap-5">
      <h2 className="text-16 font-semibold">{name}</h2>
      {children}
    </section>
  )
}

function Groups<T extends { group: string }>({
  items,
  children,
}: {
  items: readonly T[]
  children: (item: T) => ReactNode
}) {
  const names = [...new Set(items.map((item) => item.group))]
  return names.map((name) => (
    <div key={name}>
      <h3 className="pb-2 text-12 font-medium text-faint">{makeVisible(name)}</h3>
      <ul className="divide-y divide-line overflow-hidden rounded-lg border border-line">
        {items.filter((item) => item.group === name).map(children)}
      </ul>
    </div>
  ))
}

function VerbRow({ verb, onRun }: { verb: VerbView; onRun: () => void }) {
  return (
    <li className="flex items-start gap-4 px-4 py-3 narrow:flex-col narrow:gap-2.5">
      <div className="flex min-w-0 flex-1 flex-col gap-1.5">
        <div className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
          <p className="text-14 font-medium">{makeVisible(verb.title)}</p>
          {verb.description ? (
            <p className="min-w-0 text-13 text-muted">{makeVisible(verb.description)}</p>
          ) : null}
        </div>
        <code className="wrap-anywhere text-muted">{makeVisible(commandLine(verb.argv))}</code>
        {verb.evidence ? (
          <p className="text-12 text-faint">
            Looks first:{' '}
            <code className="text-12 wrap-anywhere">{makeVisible(commandLine(verb.evidence))}</code>
          </p>
        ) : null}
        {verb.confirm ? <p className="text-12 text-faint">Then asks: {makeVisible(verb.confirm)}</p> : null}
        {verb.missing ? (
          <p className="flex gap-1.5 text-12 text-muted">
            <SeverityIcon severity="quiet" className="mt-px" />
            Not available: {makeVisible(verb.missing)}
          </p>
        ) : null}
      </div>
      <div className="flex min-h-8 items-center gap-4 narrow:w-full narrow:justify-between">
        <VerbMarks verb={verb} />
        {verb.allowed && verb.missing === null ? (
          <Button onClick={onRun} aria-label={`Run ${makeVisible(verb.title)}`}>
            Run…
          </Button>
        ) : null}
      </div>
    </li>
  )
}

function PresetRow({ preset, onUse }: { preset: PresetView; onUse: (() => void) | null }) {
  return (
    <li className="flex items-start gap-4 px-4 py-3 narrow:flex-col narrow:gap-2.5">
      <div className="flex min-w-0 flex-1 flex-col gap-1">
        <p className="text-14 font-medium">{makeVisible(preset.title)}</p>
        {preset.description ? <p className="text-13 text-muted">{makeVisible(preset.description)}</p> : null}
        <p className="max-w-[88ch] text-13 whitespace-pre-wrap wrap-anywhere text-muted">
          <PromptText text={preset.prompt} values={{}} />
        </p>
      </div>
      {onUse ? (
        <Button onClick={onUse} aria-label={`Use ${makeVisible(preset.title)}`}>
          Use…
        </Button>
      ) : null}
    </li>
  )
}
