'use client'
import { Command } from 'cmdk'
import {
  FileText,
  Keyboard,
  type LucideIcon,
  Moon,
  Play,
  Power,
  ShieldCheck,
  Sun,
  SunMoon,
} from 'lucide-react'
import { useRouter } from 'next/navigation'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import type { SessionPage, SessionView } from '../../lib/api.ts'
import { formatPlural, makeVisible } from '../../lib/format.ts'
import type { PresetView, Runbooks, VerbView } from '../../lib/verbs-api.ts'
import { api } from '../api.ts'
import { setPreference } from '../preferences.ts'
import { Dialog } from '../ui/dialog.tsx'
import { SeverityIcon } from '../ui/severity.tsx'
import { openKill } from './keys.ts'
import { PLACES } from './places.tsx'
import { describeSession } from './session-state.ts'

const RECENT = 20

/** Everything reachable by its name. It is loaded at its first opening. */
export default function Palette({
  onClose,
  onKeys,
  onVerb,
  onPreset,
}: {
  onClose: () => void
  onKeys: () => void
  onVerb: (verb: VerbView) => void
  onPreset: (preset: PresetView) => void
}) {
  const router = useRouter()
  const [sessions, setSessions] = useState<SessionView[] | null>(null)
  const [runbooks, setRunbooks] = useState<Runbooks>({ may_prompt: false, verbs: [], presets: [] })
  const [failed, setFailed] = useState<string | null>(null)
  const field = useRef<HTMLInputElement>(null)

  // The dialog, once it is open, would give the focus to the list around the field.
  useEffect(() => field.current?.focus(), [])

  useEffect(() => {
    let gone = false
    api<SessionPage>('GET', `/api/sessions?limit=${RECENT}`).then((answer) => {
      if (gone) return
      if (answer.ok) setSessions(answer.data.sessions)
      else setFailed(answer.problem.detail)
    })
    api<Runbooks>('GET', '/api/runbooks').then((answer) => {
      if (!gone && answer.ok) setRunbooks(answer.data)
    })
    return () => {
      gone = true
    }
  }, [])

  function go(path: string) {
    onClose()
    router.push(path)
  }

  return (
    <Dialog open onClose={onClose} title="Find" bare className="mt-[12dvh] max-w-[560px]">
      <Command label="Find" loop className="flex max-h-[60dvh] flex-col">
        <Command.Input
          ref={field}
          placeholder="Go to, find a session, run a verb"
          className="h-12 w-full shrink-0 border-b border-line bg-transparent px-4 text-16 outline-none"
        />
        <Command.List className="min-h-0 flex-1 overflow-auto p-2 [&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-12 [&_[cmdk-group-heading]]:text-faint">
          <Command.Empty className="px-2 py-6 text-center text-13 text-muted">
            Nothing by that name. Search in the sessions reads all of them.
          </Command.Empty>
          <Command.Group heading="Go to">
            {PLACES.map(({ href, name, Icon }) => (
              <Item key={href} value={name} Icon={Icon} onSelect={() => go(href)}>
                {name}
              </Item>
            ))}
            <Item value="policy rules gate" Icon={ShieldCheck} onSelect={() => go('/settings/policy')}>
              Policy
            </Item>
          </Command.Group>
          {sessions && sessions.length > 0 ? (
            <Command.Group heading="Sessions">
              {sessions.map((session) => (
                <SessionItem
                  key={session.id}
                  session={session}
                  onSelect={() => go(`/sessions/${session.id}`)}
                />
              ))}
            </Command.Group>
          ) : null}
          <RunbookItems runbooks={runbooks} onVerb={onVerb} onPreset={onPreset} />
          <Command.Group heading="Emergency">
            <Item
              value="kill switch stop everything"
              Icon={Power}
              onSelect={() => {
                onClose()
                openKill()
              }}
            >
              Kill switch…
            </Item>
          </Command.Group>
          <Command.Group heading="This browser">
            <Item value="theme dark" Icon={Moon} onSelect={() => pick('dark', onClose)}>
              Dark theme
            </Item>
            <Item value="theme light" Icon={Sun} onSelect={() => pick('light', onClose)}>
              Light theme
            </Item>
            <Item value="theme system" Icon={SunMoon} onSelect={() => pick('system', onClose)}>
              Theme of the system
            </Item>
            <Item value="keys shortcuts help" Icon={Keyboard} onSelect={onKeys}>
              Show the keys
            </Item>
          </Command.Group>
        </Command.List>
        <p role="status" className="shrink-0 border-t border-line px-4 py-2 text-12 text-faint">
          {failed ?? (sessions ? found(sessions.length) : 'Reading the sessions…')}
        </p>
      </Command>
    </Dialog>
  )
}

/** What can be run or asked here: verbs that this operator may run on this host, and presets for who may prompt. */
function RunbookItems({
  runbooks,
  onVerb,
  onPreset,
}: {
  runbooks: Runbooks
  onVerb: (verb: VerbView) => void
  onPreset: (preset: PresetView) => void
}) {
  const verbs = runbooks.verbs.filter((verb) => verb.allowed && verb.missing === null)
  return (
    <>
      {verbs.length > 0 ? (
        <Command.Group heading="Verbs">
          {verbs.map((verb) => (
            <Item
              key={verb.name}
              value={`verb ${verb.name} ${verb.title} ${verb.group} ${verb.argv[0]}`}
              Icon={Play}
              onSelect={() => onVerb(verb)}
            >
              <span className="min-w-0 flex-1 truncate">{makeVisible(verb.title)}</span>
              <span className="text-12 text-faint">{makeVisible(verb.group)}</span>
            </Item>
          ))}
        </Command.Group>
      ) : null}
      {runbooks.may_prompt ? (
        <Command.Group heading="Presets">
          {runbooks.presets.map((preset) => (
            <Item
              key={preset.name}
              value={`preset ${preset.name} ${preset.title} ${preset.group}`}
              Icon={FileText}
              onSelect={() => onPreset(preset)}
            >
              <span className="min-w-0 flex-1 truncate">{makeVisible(preset.title)}</span>
              <span className="text-12 text-faint">{makeVisible(preset.group)}</span>
            </Item>
          ))}
        </Command.Group>
      ) : null}
    </>
  )
}

const ROW =
  'flex h-9 items-center gap-3 rounded-md px-2 text-14 text-text aria-selected:bg-raised cursor-pointer'

function Item({
  value,
  Icon,
  onSelect,
  children,
}: {
  value: string
  Icon: LucideIcon
  onSelect: () => void
  children: ReactNode
}) {
  return (
    <Command.Item value={value} onSelect={onSelect} className={ROW}>
      <Icon size={16} strokeWidth={1.75} aria-hidden="true" className="text-faint" />
      {children}
    </Command.Item>
  )
}

function SessionItem({ session, onSelect }: { session: SessionView; onSelect: () => void }) {
  const state = describeSession(session)
  return (
    <Command.Item
      value={`${session.title} ${session.ticket ?? ''} ${session.id}`}
      onSelect={onSelect}
      className={ROW}
    >
      <span className="flex w-4 justify-center">
        <SeverityIcon severity={state.severity} />
      </span>
      <span className="min-w-0 flex-1 truncate">{makeVisible(session.title)}</span>
      <span className="text-12 text-faint">{state.word}</span>
    </Command.Item>
  )
}

function found(count: number): string {
  if (count === 0) return 'No sessions yet'
  return count < RECENT ? `${formatPlural(count, 'session')} in all` : `The latest ${count} sessions are here`
}

function pick(theme: 'dark' | 'light' | 'system', onClose: () => void) {
  setPreference('theme', theme)
  onClose()
}
