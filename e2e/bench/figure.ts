// A measured figure beside its goal, and the table of all of them.

export type Figure = {
  name: string
  unit: 'ms' | 'MB' | '×'
  /** In the order they were measured. */
  samples: readonly number[]
  /** At most this is wanted; null where a figure only explains another. */
  goal: number | null
  /** Which of the samples is held against the goal: 0.5 for the median, 0.99 for the slow end. */
  at: number
}

export function figure(
  name: string,
  unit: Figure['unit'],
  samples: readonly number[],
  { goal = null, at = 0.5 }: { goal?: number | null; at?: number } = {},
): Figure {
  if (samples.length === 0) throw new Error(`Nothing was measured for ${JSON.stringify(name)}`)
  return { name, unit, samples, goal, at }
}

/** Pairs of one round, so that what else the machine did weighs on both. */
export function ratios(of: readonly number[], to: readonly number[]): number[] {
  return of.map((value, index) => value / (to[index] ?? Number.NaN))
}

/** The sample that `share` of all are not above. */
export function quantile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b)
  const place = Math.min(sorted.length - 1, Math.max(0, Math.ceil(sorted.length * share) - 1))
  return sorted[place] ?? Number.NaN
}

/** A table in Markdown. A goal that was missed is said, and is no error: figures are looked at, not asserted. */
export function table(figures: readonly Figure[]): string {
  const rows = figures.map(({ name, unit, samples, goal, at }) => {
    const value = quantile(samples, at)
    const which = at === 0.5 ? '' : ` (p${at * 100})`
    const met = goal === null ? '' : value <= goal ? `≤ ${goal} ${unit}` : `**≤ ${goal} ${unit}: missed**`
    const spread = `${show(Math.min(...samples))} – ${show(Math.max(...samples))}`
    return `| ${name}${which} | ${show(value)} ${unit} | ${met} | ${spread} | ${samples.length} |`
  })
  return ['| figure | median | goal | min – max | n |', '|---|---|---|---|---|', ...rows].join('\n')
}

function show(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2)
}
