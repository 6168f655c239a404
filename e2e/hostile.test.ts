// The CI-sized part of `npm run hostile`, which switches every guard off in turn.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { switchOff } from './hostile/guard.ts'
import { GUARDS } from './hostile/guards.ts'
import { makeScratch, type Scratch } from './hostile/scratch.ts'
import { TRIALS } from './hostile/trials.ts'
import { ROOT } from './support/console.ts'

const SAMPLE = ['Host is on the list', 'a pid alone is nobody', 'nothing is published before it is recorded']

describe('the list of guards', () => {
  it.each(GUARDS)('names one that stands where it says: $name', (guard) => {
    expect(existsSync(join(ROOT, guard.trial))).toBe(true)
    expect(switchOff(guard, readFileSync(join(ROOT, guard.file), 'utf8'))).toContain(guard.replace)
  })

  it('names each once', () => {
    expect(new Set(GUARDS.map(({ name }) => name)).size).toBe(GUARDS.length)
  })
})

describe('the list of trials', () => {
  it('names tests that exist, or says what is not shown', () => {
    const missing = TRIALS.flatMap(({ tests }) => tests).filter((path) => !existsSync(join(ROOT, path)))
    expect(missing).toEqual([])
    expect(TRIALS.filter(({ tests, lacking }) => tests.length === 0 && !lacking)).toEqual([])
  })
})

describe('a trial', () => {
  let scratch: Scratch
  beforeAll(async () => {
    scratch = await makeScratch(ROOT)
  })
  afterAll(() => scratch?.remove())

  it.each(GUARDS.filter(({ name }) => SAMPLE.includes(name)))('goes red without: $name', async (guard) => {
    expect((await scratch.run(guard.trial, guard.tests)).failed).toEqual([])
    const { failed } = await scratch.without(guard, () => scratch.run(guard.trial, guard.tests))
    expect(failed.length).toBeGreaterThan(0)
  })
})
