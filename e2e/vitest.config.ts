import { join } from 'node:path'
import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

const root = join(import.meta.dirname, '..')
/** What is polled for comes when it comes: a machine under test may be a busy one. */
const common = { root, environment: 'node' as const, expect: { poll: { timeout: 20_000 } } }

/** Whole systems wait as much as they work: two at a time fill two cores. */
const WORKERS = 2
/** Begun first, so that none of them is what everybody waits for in the end. */
const LONGEST = [
  'e2e/hostile/deaths',
  'e2e/stop',
  'e2e/restart',
  'e2e/outcomes',
  'e2e/browser/accessibility',
  'e2e/tui.test',
  'e2e/browser/restart',
  'e2e/gateway.test',
  'e2e/browser/live',
  'e2e/browser/drill',
  'e2e/rules/checkers',
  'e2e/browser/tool-card',
  'server/drill/drills',
] as const

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const index = LONGEST.findIndex((name) => moduleId.includes(name))
      return index === -1 ? LONGEST.length : index
    }
    return (await super.sort(files)).sort((one, other) => rank(one) - rank(other))
  }
}

export default defineConfig({
  root,
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          ...common,
          name: 'unit',
          include: ['{lib,db,server,components}/**/*.test.{ts,tsx}'],
          testTimeout: 60_000,
          maxWorkers: WORKERS,
        },
      },
      {
        test: {
          ...common,
          name: 'system',
          include: ['e2e/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          maxWorkers: WORKERS,
        },
      },
    ],
  },
})
