// `npm run bench`: figures of one run beside their goals; nothing is asserted.
import { cpus, totalmem } from 'node:os'
import { measureDrivers } from './bench/drivers.ts'
import { type Figure, table } from './bench/figure.ts'
import { measureFirstText } from './bench/first-text.ts'
import { measureGate } from './bench/gate.ts'
import { measureLineToEvent } from './bench/line-to-event.ts'
import { measurePage } from './bench/page.ts'
import { measureServer } from './bench/server.ts'
import { measureTee } from './bench/tee.ts'
import { measureTerminals } from './bench/terminals.ts'

const MEASUREMENTS: Readonly<Record<string, () => Promise<Figure[]>>> = {
  'first-text': () => measureFirstText(10),
  'line-to-event': () => measureLineToEvent(3),
  page: () => measurePage(10),
  server: () => measureServer(10),
  gate: () => measureGate(5),
  drivers: () => measureDrivers(8),
  tee: () => measureTee(200),
  terminals: () => measureTerminals(200),
}

/**
 * @param names measurements, none for all
 * @returns the exit code: 1 when something could not be measured
 */
export async function main(_: string, names: readonly string[]): Promise<number> {
  const unknown = names.filter((name) => !(name in MEASUREMENTS))
  if (unknown.length > 0) {
    console.error(
      `There is no measurement ${unknown.join(', ')}: name some of ${Object.keys(MEASUREMENTS).join(', ')}`,
    )
    return 1
  }
  const figures: Figure[] = []
  const failed: string[] = []
  for (const [name, measure] of Object.entries(MEASUREMENTS)) {
    if (names.length > 0 && !names.includes(name)) continue
    console.error(`Measuring ${name} …`)
    try {
      figures.push(...(await measure()))
    } catch (error) {
      failed.push(`${name} could not be measured: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  const [cpu] = cpus()
  console.log(
    `${cpus().length} × ${cpu?.model.trim()}, ${Math.round(totalmem() / 1024 ** 3)} GiB, Node ${process.version}\n`,
  )
  console.log(table(figures))
  for (const line of failed) console.log(`\n${line}`)
  return failed.length > 0 ? 1 : 0
}
