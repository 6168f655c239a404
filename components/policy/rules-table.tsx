'use client'
import { type ReactNode, useState } from 'react'
import type { Verdict } from '../../lib/events.ts'
import { formatPlural, makeVisible } from '../../lib/format.ts'
import type { PolicyRuleView } from '../../lib/gate-api.ts'
import { AxisWord } from '../approvals/axis-word.tsx'
import { cn } from '../ui/cn.ts'
import { Input, Select } from '../ui/field.tsx'
import { type Condition, describeMatch, fitsWords } from './rule-words.ts'
import { VERDICT, VerdictWord } from './verdict-word.tsx'

const COLUMNS = [
  ['Rule', 'w-[18%]'],
  ['Matches', ''],
  ['Verdict', 'w-24'],
  ['Axis', 'w-32'],
  ['Why', 'w-[26%]'],
] as const

/** All rules in the order in which they are asked; on a narrow screen each is a card. */
export function RulesTable({ rules }: { rules: readonly PolicyRuleView[] }) {
  const [words, setWords] = useState('')
  const [verdict, setVerdict] = useState<Verdict | ''>('')
  const shown = rules.filter(
    (rule) => (verdict === '' || rule.verdict === verdict) && fitsWords(rule, words.trim()),
  )
  return (
    <div className="flex flex-col gap-4">
      <search className="flex flex-wrap items-end gap-3">
        <Labelled id="rule-words" label="Find a rule" className="min-w-48 flex-1 basis-64">
          <Input
            id="rule-words"
            type="search"
            value={words}
            autoComplete="off"
            spellCheck={false}
            placeholder="delete, firewall, secrets …"
            onChange={(event) => setWords(event.target.value)}
          />
        </Labelled>
        <Labelled id="rule-verdict" label="Verdict" className="min-w-36 basis-36">
          <Select
            id="rule-verdict"
            value={verdict}
            onChange={(event) => setVerdict(VERDICTS.find((each) => each === event.target.value) ?? '')}
          >
            <option value="">Any</option>
            {VERDICTS.map((each) => (
              <option key={each} value={each}>
                {VERDICT[each].word}
              </option>
            ))}
          </Select>
        </Labelled>
        <p role="status" className="pb-2 text-12 text-faint">
          {shown.length === rules.length
            ? formatPlural(rules.length, 'rule')
            : `${shown.length} of ${formatPlural(rules.length, 'rule')}`}
        </p>
      </search>
      {shown.length === 0 ? (
        <p className="rounded-lg border border-dashed border-line p-4 text-13 text-muted">
          No rule has these words. What no rule speaks of is asked as if it could not be undone.
        </p>
      ) : (
        <table className="w-full table-fixed border-collapse text-13 max-[860px]:block">
          <caption className="sr-only">The rules in the order in which they are asked</caption>
          <thead className="max-[860px]:sr-only">
            <tr className="border-b border-line">
              {COLUMNS.map(([name, width]) => (
                <th
                  key={name}
                  scope="col"
                  className={cn('px-2 pb-2 text-left text-12 font-medium text-faint', width)}
                >
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <Group title="Your own, asked first" rules={shown.filter((rule) => rule.origin === 'own')} />
          <Group title="Built in" rules={shown.filter((rule) => rule.origin === 'builtin')} />
        </table>
      )}
    </div>
  )
}

const VERDICTS = ['never', 'ask_two', 'ask', 'allow'] as const satisfies readonly Verdict[]

function Group({ title, rules }: { title: string; rules: readonly PolicyRuleView[] }) {
  if (rules.length === 0) return null
  return (
    <tbody className="max-[860px]:mt-4 max-[860px]:flex max-[860px]:flex-col max-[860px]:gap-2">
      <tr className="border-b border-line max-[860px]:border-0">
        <th
          scope="rowgroup"
          colSpan={COLUMNS.length}
          className="px-2 pt-5 pb-2 text-left text-12 font-medium text-muted max-[860px]:p-0"
        >
          {title} · {rules.length}
        </th>
      </tr>
      {rules.map((rule) => (
        <Row key={rule.name} rule={rule} />
      ))}
    </tbody>
  )
}

function Row({ rule }: { rule: PolicyRuleView }) {
  return (
    <tr
      id={`rule-${encodeURIComponent(rule.name)}`}
      className="scroll-my-6 border-b border-line target:bg-accent/8 target:outline target:outline-accent/60 max-[860px]:grid max-[860px]:grid-cols-[auto_1fr] max-[860px]:gap-x-4 max-[860px]:gap-y-1 max-[860px]:rounded-lg max-[860px]:border max-[860px]:p-3"
    >
      <th scope="row" className={cn(CELL, 'text-left font-normal max-[860px]:col-span-2')}>
        <code className="wrap-anywhere">{makeVisible(rule.name)}</code>
      </th>
      <td className={cn(CELL, 'text-muted max-[860px]:order-5 max-[860px]:col-span-2')}>
        <Conditions conditions={describeMatch(rule.match)} />
      </td>
      <td className={CELL}>
        <VerdictWord verdict={rule.verdict} />
      </td>
      <td className={CELL}>
        <AxisWord axis={rule.axis} />
      </td>
      <td className={cn(CELL, 'wrap-anywhere max-[860px]:order-4 max-[860px]:col-span-2')}>
        {makeVisible(rule.why)}
      </td>
    </tr>
  )
}

const SHOWN = 4

function Conditions({ conditions }: { conditions: readonly Condition[] }) {
  const [all, setAll] = useState(false)
  const hidden = conditions.reduce((sum, { any }) => sum + Math.max(0, any.length - SHOWN), 0)
  return (
    <ul className="flex flex-col gap-0.5">
      {conditions.map(({ lead, any, code }) => (
        <li key={lead} className="wrap-anywhere">
          <span className="text-faint">{lead} </span>
          {(all ? any : any.slice(0, SHOWN)).map((word, place) => (
            <span key={word}>
              {place > 0 ? <span className="text-faint"> or </span> : null}
              {code ? <code className="text-12">{makeVisible(word)}</code> : makeVisible(word)}
            </span>
          ))}
        </li>
      ))}
      {hidden > 0 && !all ? (
        <li>
          <button
            type="button"
            onClick={() => setAll(true)}
            className="min-h-6 rounded-md text-12 text-muted underline decoration-line underline-offset-4 hover:text-text"
          >
            and {hidden} more
          </button>
        </li>
      ) : null}
    </ul>
  )
}

function Labelled({
  id,
  label,
  className,
  children,
}: {
  id: string
  label: string
  className: string
  children: ReactNode
}) {
  return (
    <div className={cn('flex flex-col gap-1', className)}>
      <label htmlFor={id} className="text-12 text-muted">
        {label}
      </label>
      {children}
    </div>
  )
}

const CELL = 'px-2 py-2.5 align-baseline max-[860px]:p-0'
