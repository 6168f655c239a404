import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { checkValue } from '../../lib/blanks.ts'
import { readConfig } from '../config.ts'
import { createRunbooks } from './runbooks.ts'

const ROOT = join(import.meta.dirname, '..', '..')
const home = mkdtempSync(join(tmpdir(), 'breakglass-runbooks-'))
afterAll(() => rmSync(home, { recursive: true, force: true }))

const OWN = `
verbs:
  - name: disk-space
    title: Our own
    argv: [df, "{path}"]
    blanks: { path: { default: / } }
`
const configured = (yaml: string) => {
  const path = join(home, 'config.yaml')
  writeFileSync(path, yaml)
  return readConfig(path)
}
const runbooksOf = (yaml: string, path = '/usr/bin') => createRunbooks(ROOT, configured(yaml), path)
const namesOf = (yaml: string) =>
  runbooksOf(yaml)
    .list('admin')
    .verbs.map(({ name, title }) => `${name}: ${title}`)

describe('createRunbooks()', () => {
  it('createRunbooks() offers the starter where the configuration names nothing', () => {
    const { verbs, presets } = runbooksOf('limits: {}').list('operator')
    expect(verbs.length).toBeGreaterThan(12)
    expect(presets.length).toBeGreaterThan(5)
    expect(new Set(verbs.map(({ group }) => group))).toEqual(
      new Set(['Linux', 'Disk', 'Network', 'DNS', 'TLS', 'systemd', 'Containers', 'Kubernetes']),
    )
  })

  it('createRunbooks() offers the configuration’s own, with the starter where it is asked for', () => {
    expect(namesOf(OWN)).toEqual(['disk-space: Our own'])
    expect(namesOf('runbooks: none')).toEqual([])
    const both = namesOf(`runbooks: starter\n${OWN}`)
    expect(both[0]).toBe('disk-space: Our own')
    expect(both.filter((each) => each.startsWith('disk-space'))).toHaveLength(1)
    expect(both).toContain('memory: Memory and swap')
  })

  it('createRunbooks() asks before everything in the starter that changes something, on evidence', () => {
    for (const { name, axis, confirm, evidence } of runbooksOf('limits: {}').list('admin').verbs) {
      expect({ name, asks: confirm !== null }).toEqual({ name, asks: axis !== 'reversible' })
      expect({ name, looks: evidence !== null }).toEqual({ name, looks: axis !== 'reversible' })
    }
  })

  it('createRunbooks() takes every default and choice of the starter as a value', () => {
    for (const { name, blanks, argv } of runbooksOf('limits: {}').list('admin').verbs)
      for (const blank of blanks)
        for (const value of [blank.default, blank.example, ...(blank.choices ?? [])])
          if (value) expect(checkValue(blank, value, argv), `${name} ${blank.name} ${value}`).toBeNull()
  })

  it('createRunbooks() says what this host lacks', () => {
    const list = createRunbooks(ROOT, configured(OWN), join(home, 'empty')).list('admin')
    expect(list.verbs[0]?.missing).toBe(
      'This host has no program df: install it, or put it on the PATH of the console',
    )
    expect(runbooksOf(OWN).list('admin').verbs[0]?.missing).toBeNull()
    const needs = `${OWN}    needs: [/nowhere/at/all]\n`
    expect(runbooksOf(needs).list('admin').verbs[0]?.missing).toBe('This host has no /nowhere/at/all')
  })

  it('createRunbooks() says who may run what', () => {
    const list = (role: 'viewer' | 'operator' | 'admin') =>
      runbooksOf(`${OWN}    role: admin\n`).list(role).verbs[0]?.allowed
    expect([list('viewer'), list('operator'), list('admin')]).toEqual([false, false, true])
  })
})

describe('readConfig()', () => {
  it.each([
    ['an undeclared blank', 'argv: [df, "{x}"]', /line 5, column 11.*The blank \{x\} is not declared/s],
    [
      'a blank nobody uses',
      'argv: [df]\n    blanks: { x: {} }',
      /line 6, column 18.*No \{x\} stands anywhere/s,
    ],
    ['a shell line', 'argv: df -h', /line 5, column 11.*as a list: no shell reads them/s],
    ['a blank as the program', 'argv: ["{x}"]\n    blanks: { x: {} }', /can’t be a blank/],
    ['a program beside the console', 'argv: [./df]', /its name, or its absolute path/],
    [
      'a broken pattern',
      'argv: [df, "{x}"]\n    blanks: { x: { pattern: "(" } }',
      /line 6.*no regular expression/s,
    ],
    [
      'a default that is no choice',
      'argv: [df, "{x}"]\n    blanks: { x: { choices: [a], default: b } }',
      /not among/,
    ],
    ['an irreversible verb that does not ask', 'argv: [rm, x]\n    axis: irreversible', /has to ask/],
    ['a time-out without end', 'argv: [df]\n    timeout_seconds: 999999', /line 6, column 22/],
    ['an unknown word', 'argv: [df]\n    sudo: true', /line 3, column 5.*sudo/s],
  ])('readConfig() refuses %s, naming the place', (_, lines, words) => {
    const yaml = `# a comment\nverbs:\n  - name: x\n    title: X\n    ${lines}\n`
    expect(() => configured(yaml)).toThrow(words)
  })

  it('readConfig() refuses two verbs of one name', () => {
    const twice = OWN + OWN.replace('\nverbs:\n', '')
    expect(() => configured(twice)).toThrow(/line 7, column 11.*another verb named "disk-space"/s)
  })
})
