import Link from 'next/link'
import type { ReactNode } from 'react'
import { Button, buttonClass } from '../ui/button.tsx'
import { Input, Select } from '../ui/field.tsx'
import { FacetFold } from './facet-fold.tsx'
import type { HistoryQuery } from './query.ts'
import { SearchInput } from './search-input.tsx'

const OUTCOMES = [
  ['', 'Any outcome'],
  ['open', 'Still open'],
  ['resolved', 'Resolved'],
  ['mitigated', 'Mitigated'],
  ['abandoned', 'Abandoned'],
] as const

/** A form of the plain kind: what is set goes into the address. */
export function Filters({ query, narrowed }: { query: HistoryQuery; narrowed: boolean }) {
  return (
    <form action="/sessions" method="get" className="flex flex-wrap items-end gap-x-3 gap-y-3">
      <search className="contents">
        <Facet id="breakglass-search" label="Search" className="min-w-[220px] flex-[2] basis-64">
          <SearchInput initial={query.q ?? ''} />
        </Facet>
        <FacetFold open={narrowed}>
          <Facet id="operator" label="Operator" className="min-w-[120px] flex-1 basis-32">
            <Input
              id="operator"
              name="operator"
              defaultValue={query.operator}
              placeholder="Anyone"
              autoComplete="off"
              spellCheck={false}
            />
          </Facet>
          <Facet id="outcome" label="Outcome" className="min-w-[140px] flex-1 basis-36">
            <Select id="outcome" name="outcome" defaultValue={query.outcome ?? ''}>
              {OUTCOMES.map(([value, word]) => (
                <option key={value} value={value}>
                  {word}
                </option>
              ))}
            </Select>
          </Facet>
          <Facet id="from" label="From (UTC)" className="min-w-[136px] flex-1 basis-36">
            <Input id="from" name="from" type="date" defaultValue={query.from} />
          </Facet>
          <Facet id="to" label="To (UTC)" className="min-w-[136px] flex-1 basis-36">
            <Input id="to" name="to" type="date" defaultValue={query.to} />
          </Facet>
        </FacetFold>
        <div className="flex gap-2">
          <Button type="submit" className="h-9">
            Search
          </Button>
          {narrowed ? (
            <Link href="/sessions" className={buttonClass({ variant: 'quiet', className: 'h-9' })}>
              Clear
            </Link>
          ) : null}
        </div>
      </search>
    </form>
  )
}

function Facet({
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
    <div className={`flex flex-col gap-1 ${className}`}>
      <label htmlFor={id} className="text-12 text-muted">
        {label}
      </label>
      {children}
    </div>
  )
}
