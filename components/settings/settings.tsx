import Link from 'next/link'
import { type ReactNode, Suspense } from 'react'
import type { HealthCheck, OperatorView } from '../../lib/api.ts'
import { makeVisible } from '../../lib/format.ts'
import { buttonClass } from '../ui/button.tsx'
import { CopyButton } from '../ui/copy-button.tsx'
import { ClockSwitch, KeysSwitch, ThemeChoice } from './appearance.tsx'
import { HealthTable } from './health-table.tsx'
import { describeLimits, type Limits } from './limits.ts'
import { SignOut } from './sign-out.tsx'

export type AgentView = { name: string; description: string; prompt: string; source: string }
export type ProviderView = {
  name: string
  model: string | null
  base_url_host: string | null
  has_credentials: boolean
}

export type SettingsProps = {
  operator: OperatorView
  agent: AgentView
  limits: Limits
  providers: ProviderView[]
  defaultProvider: string
  checks: Promise<HealthCheck[]>
}

/** What this browser may choose, and what is in force on this console. */
export function Settings({ operator, agent, limits, providers, defaultProvider, checks }: SettingsProps) {
  return (
    <main
      id="main"
      tabIndex={-1}
      className="mx-auto flex w-full max-w-[760px] flex-col px-8 pt-8 pb-16 narrow:px-4 narrow:pt-6"
    >
      <h1 className="text-22 font-semibold">Settings</h1>
      <Section title="Account">
        <div className="flex flex-wrap items-center justify-between gap-3">
          <p>
            <span className="font-medium">{operator.name}</span>
            <span className="block text-13 text-muted">{ROLE[operator.role]}</span>
          </p>
          <SignOut />
        </div>
        {operator.role === 'admin' ? (
          <p>
            <Link href="/settings/operators" prefetch={false} className={buttonClass()}>
              Operators, locks and tokens
            </Link>
          </p>
        ) : (
          <p className="text-13 text-muted">An admin changes passwords and roles.</p>
        )}
      </Section>
      <Section title="This browser" lead="Kept here, not on the server.">
        <ThemeChoice />
        <ClockSwitch />
        <KeysSwitch />
      </Section>
      <Section title="The recovery agent" lead={agent.description}>
        <Facts
          facts={[
            { name: 'Name', value: agent.name },
            { name: 'From', value: agent.source },
            ...describeLimits(limits),
          ]}
        />
        <details className="group rounded-lg border border-line bg-surface">
          <summary className="flex h-10 list-none items-center gap-2 rounded-lg px-3 font-medium">
            <span
              aria-hidden="true"
              className="inline-block text-faint transition-transform group-open:rotate-90"
            >
              ›
            </span>
            Its prompt, word for word
          </summary>
          <div className="border-t border-line">
            <pre className="px-4 py-3 text-13 whitespace-pre-wrap">{makeVisible(agent.prompt)}</pre>
            <div className="border-t border-line px-2 py-1">
              <CopyButton text={agent.prompt}>Copy the prompt</CopyButton>
            </div>
          </div>
        </details>
      </Section>
      <Section
        title="Policy"
        lead="What the agent may do on its own, what it has to ask, and what it may never do."
      >
        <p>
          <Link href="/settings/policy" prefetch={false} className={buttonClass()}>
            See the policy and try a command
          </Link>
        </p>
      </Section>
      <Section title="Providers" lead="Where the CLI finds a model. They are set in the configuration file.">
        {providers.length > 0 ? (
          <Facts
            facts={providers.map((provider) => ({
              name: provider.name,
              value: describeProvider(provider, defaultProvider),
            }))}
          />
        ) : (
          <p className="text-13 text-muted">
            None is set. The CLI uses what its own login or the environment gives it.
          </p>
        )}
      </Section>
      <Section
        id="health"
        title="Health"
        lead={
          <>
            On the host, <code>npx breakglass doctor</code> says the same and what to do.
          </>
        }
      >
        <Suspense fallback={<p className="text-13 text-muted">Checking…</p>}>
          <HealthTable checks={checks} />
        </Suspense>
      </Section>
    </main>
  )
}

function describeProvider(provider: ProviderView, defaultProvider: string): string {
  const facts = [provider.model ?? 'the CLI’s own choice of model']
  if (provider.base_url_host) facts.push(provider.base_url_host)
  if (provider.name === defaultProvider) facts.push('default')
  if (!provider.has_credentials) facts.push('no credentials found')
  return facts.join(' · ')
}

const ROLE = {
  viewer: 'Viewer: watches and reads',
  operator: 'Operator: starts, answers, stops and closes',
  admin: 'Admin: everything an operator does, and what concerns all of them',
} as const

function Section({
  id,
  title,
  lead,
  children,
}: {
  /** For links to it. */
  id?: string
  title: string
  lead?: ReactNode
  children: ReactNode
}) {
  return (
    <section id={id} className="mt-8 border-t border-line pt-6 first-of-type:mt-6">
      <h2 className="text-16 font-semibold">{title}</h2>
      {lead ? <p className="text-13 text-muted">{lead}</p> : null}
      <div className="flex flex-col gap-4 pt-4">{children}</div>
    </section>
  )
}

function Facts({ facts }: { facts: { name: string; value: string }[] }) {
  return (
    <dl className="tabular grid gap-x-4 gap-y-2 text-13">
      {facts.map((fact) => (
        <div key={fact.name} className="grid grid-cols-[160px_1fr] gap-4 narrow:grid-cols-[112px_1fr]">
          <dt className="text-muted">{fact.name}</dt>
          <dd className="min-w-0 wrap-anywhere">{fact.value}</dd>
        </div>
      ))}
    </dl>
  )
}
