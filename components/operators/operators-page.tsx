'use client'
import { useCallback, useState } from 'react'
import type { AccountView } from '../../lib/account-api.ts'
import type { Problem } from '../../lib/api.ts'
import { formatPlural } from '../../lib/format.ts'
import { api } from '../api.ts'
import { UpToSettings } from '../settings/up-to-settings.tsx'
import { Time } from '../time.tsx'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { ProblemNotice } from '../ui/problem.tsx'
import { SeverityWord } from '../ui/severity.tsx'
import { AccountForms } from './account-forms.tsx'
import { AddAccount } from './add-account.tsx'
import type { Change } from './change.ts'

/** All accounts: who they are, whether they are in use, and the way to shut one out at once. */
export function OperatorsPage({ first, self }: { first: AccountView[]; self: string }) {
  const [accounts, setAccounts] = useState(first)
  const [problem, setProblem] = useState<Problem | null>(null)
  const [open, setOpen] = useState<string | null>(null)

  const change: Change = useCallback(async (method, path, body) => {
    setProblem(null)
    const answer = await api(method, path, body)
    if (!answer.ok) setProblem(answer.problem)
    const read = await api<{ operators: AccountView[] }>('GET', '/api/operators')
    if (read.ok) setAccounts(read.data.operators)
    return answer.ok
  }, [])

  const chosen = accounts.find(({ name }) => name === open)
  return (
    <main
      id="main"
      tabIndex={-1}
      className="mx-auto flex w-full max-w-[920px] flex-col gap-5 px-8 pt-8 pb-16 narrow:px-4 narrow:pt-6"
    >
      <header className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <div className="basis-full">
          <UpToSettings />
        </div>
        <h1 className="min-w-0 flex-1 text-22 font-semibold">Operators</h1>
        <Button variant="primary" onClick={() => setOpen('')}>
          Add an operator…
        </Button>
        <p className="basis-full text-13 text-muted">
          A lock ends an account’s logins, streams, turns and shells within a second, and its tokens are
          refused.
        </p>
      </header>
      {problem && open === null ? <ProblemNotice problem={problem} /> : null}
      <ul aria-label="Accounts" className="rounded-lg border border-line">
        {accounts.map((account) => (
          <AccountRow
            key={account.name}
            account={account}
            self={account.name === self}
            change={change}
            onManage={() => {
              setProblem(null)
              setOpen(account.name)
            }}
          />
        ))}
      </ul>
      <Dialog open={open === ''} onClose={() => setOpen(null)} title="Add an operator">
        <AddAccount change={change} problem={problem} onDone={() => setOpen(null)} />
      </Dialog>
      <Dialog
        open={chosen !== undefined}
        onClose={() => setOpen(null)}
        title={chosen?.name ?? ''}
        className="max-w-[560px]"
      >
        {chosen ? (
          <AccountForms key={chosen.name} account={chosen} change={change} problem={problem} />
        ) : null}
      </Dialog>
    </main>
  )
}

function AccountRow({
  account: { name, role, locked_at, logins, last_seen_at, tokens },
  self,
  change,
  onManage,
}: {
  account: AccountView
  self: boolean
  change: Change
  onManage: () => void
}) {
  const [sure, setSure] = useState(false)
  const path = `/api/operators/${name}/lock`
  return (
    <li className="flex min-h-14 flex-wrap items-center gap-x-4 gap-y-2 border-b border-line px-4 py-2 last:border-b-0">
      <div className="min-w-40 flex-1">
        <p className="font-medium">
          {name}
          {self ? <span className="font-normal text-faint"> · you</span> : null}
        </p>
        <p className="tabular text-12 text-muted">
          {role} · {formatPlural(tokens.length, 'token')} ·{' '}
          {logins > 0 ? `in ${formatPlural(logins, 'browser')}` : 'not signed in'}
          {last_seen_at ? (
            <>
              , seen <Time at={last_seen_at} align="left" />
            </>
          ) : null}
        </p>
      </div>
      {locked_at ? (
        <SeverityWord severity="error">Locked</SeverityWord>
      ) : (
        <SeverityWord severity="ok">Active</SeverityWord>
      )}
      <span className="flex w-[212px] justify-end gap-2 narrow:w-auto narrow:justify-start">
        <Button size="sm" onClick={onManage} aria-label={`Manage ${name}`}>
          Manage…
        </Button>
        {locked_at ? (
          <Button size="sm" onClick={() => change('DELETE', path)} aria-label={`Unlock ${name}`}>
            Unlock
          </Button>
        ) : sure ? (
          <>
            <Button
              size="sm"
              variant="stop"
              aria-label={`Lock ${name} now`}
              onClick={() => {
                setSure(false)
                void change('PUT', path)
              }}
            >
              Lock now
            </Button>
            <Button size="sm" variant="quiet" onClick={() => setSure(false)}>
              Keep
            </Button>
          </>
        ) : (
          <Button size="sm" onClick={() => setSure(true)} aria-label={`Lock ${name}…`}>
            Lock…
          </Button>
        )}
      </span>
    </li>
  )
}
