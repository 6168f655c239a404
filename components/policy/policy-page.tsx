'use client'
import { type ReactNode, useEffect, useState } from 'react'
import { makeVisible } from '../../lib/format.ts'
import type { PolicyView } from '../../lib/gate-api.ts'
import { api } from '../api.ts'
import { UpToSettings } from '../settings/up-to-settings.tsx'
import { Time } from '../time.tsx'
import { Notice } from '../ui/notice.tsx'
import { RulesTable } from './rules-table.tsx'
import { TryCommand } from './try-command.tsx'

/** Whoever writes the file beside this page sees what came of it within this. */
const LOOK_MS = 5_000

const DEFAULT_WORDS = {
  builtin: 'the built-in rules decide',
  allow: 'everything is allowed and recorded',
  ask: 'an operator is asked',
} as const

/** What the agent may do on its own, what it has to ask, and what it may never do. */
export function PolicyPage({ first }: { first: PolicyView }) {
  const [policy, setPolicy] = useState(first)
  useEffect(() => {
    async function look() {
      if (document.visibilityState !== 'visible') return
      const answer = await api<PolicyView>('GET', '/api/policy')
      if (answer.ok) setPolicy(answer.data)
    }
    const timer = setInterval(look, LOOK_MS)
    document.addEventListener('visibilitychange', look)
    return () => {
      clearInterval(timer)
      document.removeEventListener('visibilitychange', look)
    }
  }, [])

  const own = policy.rules.filter((rule) => rule.origin === 'own').length
  return (
    <main
      id="main"
      tabIndex={-1}
      className="mx-auto flex w-full max-w-[1184px] flex-col px-8 pt-8 pb-16 narrow:px-4 narrow:pt-6"
    >
      <UpToSettings />
      <h1 className="pt-1 text-22 font-semibold">Policy</h1>
      <p className="max-w-[88ch] pt-1 text-muted">
        Every tool call is judged before it runs. Of each thing that a call does, the first rule that speaks
        of it decides, your own before the built-in ones; of all the things that it does, the strictest
        verdict counts.
      </p>
      {policy.problem === null ? null : <Broken problem={policy.problem} loadedAt={policy.loaded_at} />}
      <dl className="grid grid-cols-[120px_minmax(0,1fr)] gap-x-4 narrow:grid-cols-[80px_minmax(0,1fr)] gap-y-1.5 pt-5 text-13 [&>dt]:text-muted">
        <dt>From</dt>
        <dd className="wrap-anywhere">
          {policy.source === null ? (
            <>
              built in; a <code>policy</code> section in the configuration file changes it
            </>
          ) : (
            <code>{makeVisible(policy.source)}</code>
          )}
        </dd>
        <dt>Loaded</dt>
        <dd>
          <Time at={policy.loaded_at} align="left" />
          {policy.source === null ? null : '; a change of the file takes effect at once'}
        </dd>
        <dt>Own rules</dt>
        <dd>
          {own === 0 ? 'none' : own}; where none of them speaks, {DEFAULT_WORDS[policy.default]}
        </dd>
        {policy.restart_needed_for.length > 0 ? (
          <>
            <dt>Waits</dt>
            <dd className="text-warn">
              The file has changes in {policy.restart_needed_for.map(makeVisible).join(', ')}: they take
              effect when the console is started again
            </dd>
          </>
        ) : null}
      </dl>
      <Section title="Try a command">
        <TryCommand loadedAt={policy.loaded_at} />
      </Section>
      <Section title="Rules">
        <RulesTable rules={policy.rules} />
      </Section>
    </main>
  )
}

function Broken({ problem, loadedAt }: { problem: string; loadedAt: string }) {
  return (
    <Notice severity="critical" title="The policy file is broken and not in force" className="mt-5">
      <pre className="pb-1 whitespace-pre-wrap wrap-anywhere text-text">{makeVisible(problem)}</pre>
      <p>
        The policy that was read <Time at={loadedAt} align="left" /> still holds. Mend the file: it is read
        again by itself.
      </p>
    </Notice>
  )
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="mt-8 border-t border-line pt-6">
      <h2 className="pb-4 text-16 font-semibold">{title}</h2>
      {children}
    </section>
  )
}
