import { beforeAll, describe, expect, it } from 'vitest'
import { CODE_RULES } from './rules/code.ts'
import { countLines, FILE_RULES } from './rules/files.ts'
import { IMPORT_RULES } from './rules/imports.ts'
import { REACH_RULES } from './rules/reach.ts'
import { readFiles } from './rules/read-files.ts'
import { holdAgainst, isCode, type Rule, type SourceFile } from './rules/rule.ts'
import { ROOT } from './support/console.ts'

const RULES: readonly Rule[] = [...IMPORT_RULES, ...FILE_RULES, ...CODE_RULES, ...REACH_RULES]

describe('the house', () => {
  let files: SourceFile[]
  beforeAll(() => {
    files = readFiles(ROOT)
    const lines = files
      .filter(({ path }) => isCode(path))
      .map(({ text }) => countLines(text))
      .sort((a, b) => a - b)
    const at = (share: number) => lines[Math.min(lines.length - 1, Math.floor(lines.length * share))]
    console.log(
      `${lines.length} files of code: median ${at(0.5)} lines, p95 ${at(0.95)}, longest ${lines.at(-1)}`,
    )
  })

  it.each(RULES)('keeps to it: $name', (rule) => {
    const { checked, violations } = holdAgainst(rule, files)
    expect(checked, 'A rule that looked at no file shows nothing').toBeGreaterThan(0)
    const told = [`Rule: ${rule.name}`, `Why: ${rule.why}`, ...violations].join('\n')
    expect(violations, told).toEqual([])
  })
})

describe('each rule', () => {
  it.each(RULES)('sees a planted breach: $name', (rule) => {
    const { checked, violations } = holdAgainst(rule, [rule.planted])
    expect(checked).toBe(1)
    expect(violations.length).toBeGreaterThan(0)
  })

  it('has a name and a reason of its own', () => {
    expect(new Set(RULES.map(({ name }) => name)).size).toBe(RULES.length)
    expect(new Set(RULES.map(({ why }) => why)).size).toBe(RULES.length)
  })
})
