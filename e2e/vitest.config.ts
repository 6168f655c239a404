import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

const root = join(import.meta.dirname, '..')
const common = { root, environment: 'node' as const }

export default defineConfig({
  root,
  test: {
    projects: [
      {
        test: {
          ...common,
          name: 'unit',
          include: ['{lib,db,server,components}/**/*.test.{ts,tsx}'],
          testTimeout: 60_000,
          maxWorkers: 2,
        },
      },
      {
        test: {
          ...common,
          name: 'system',
          include: ['e2e/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          maxWorkers: 1,
          fileParallelism: false,
        },
      },
    ],
  },
})
