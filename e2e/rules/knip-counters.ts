// A reporter for knip that tells how many files it looked at: a checker that checked nothing must fail.
import type { ReporterOptions } from 'knip'

export default function report({ counters }: ReporterOptions): void {
  console.log(`knip looked at ${counters.processed} files`)
}
