/** What the list of sessions is narrowed down to, as it stands in the address. */
export type HistoryQuery = {
  q?: string
  operator?: string
  outcome?: string
  /** Days in UTC, `2026-11-20`; both included. */
  from?: string
  to?: string
  cursor?: string
}

const FACETS = ['q', 'operator', 'outcome', 'from', 'to'] as const

export function isNarrowed(query: HistoryQuery): boolean {
  return FACETS.some((facet) => query[facet])
}

/** The same list at another place: the part of the address from the `?` on, or nothing. */
export function toSearch(query: HistoryQuery, cursor: string | undefined): string {
  const search = new URLSearchParams()
  for (const facet of FACETS) {
    const value = query[facet]
    if (value) search.set(facet, value)
  }
  if (cursor) search.set('cursor', cursor)
  const text = search.toString()
  return text ? `?${text}` : ''
}

/** What is asked of the record: days become moments, in UTC, and the last day is meant whole. */
export function toFilter({ from, to, ...rest }: HistoryQuery): HistoryQuery {
  return {
    ...rest,
    ...(from ? { from: `${from}T00:00:00.000Z` } : {}),
    ...(to ? { to: `${to}T23:59:59.999Z` } : {}),
  }
}

/** The query as an address says it; what makes no sense is left out. */
export function readQuery(search: Record<string, string | string[] | undefined>): HistoryQuery {
  const query: HistoryQuery = {}
  for (const name of [...FACETS, 'cursor'] as const) {
    const value = search[name]
    const said = (Array.isArray(value) ? value[0] : value)?.trim()
    if (said) query[name] = said
  }
  for (const day of ['from', 'to'] as const) {
    if (query[day] && !/^\d{4}-\d{2}-\d{2}$/.test(query[day])) delete query[day]
  }
  return query
}
