import { describe, expect, it } from 'vitest'
import { type Blank, blanksIn, checkValue, fillArgv, fillText, valueFor } from './blanks.ts'

const blank = (more: Partial<Blank> = {}): Blank => ({
  ...{ name: 'unit', title: 'Unit', pattern: null, choices: null, default: null, example: null },
  ...more,
})
const SYSTEMCTL = ['systemctl', 'status', '--', '{unit}']

describe('blanksIn()', () => {
  it('blanksIn() finds each name once, and none in the braces of other programs', () => {
    expect(
      blanksIn(['{a}', 'x{b}-{a}', '{{.Names}}', '{{json}}', '%{c}', `$${'{d}'}`, '{}', '{A}', '{1}']),
    ).toEqual(['a', 'b'])
  })
})

describe('fillArgv()', () => {
  it('fillArgv() keeps a value inside its argument, whatever it holds', () => {
    expect(fillArgv(['echo', 'a {x} b', '{x}', '{y}'], { x: "1 2; '$(z)' {y}" })).toEqual([
      ...['echo', "a 1 2; '$(z)' {y} b", "1 2; '$(z)' {y}", '{y}'],
    ])
  })

  it('fillText() leaves a blank without a value as it stands', () => {
    expect(fillText('Look at {service} on {host}', { service: 'nginx', host: '' })).toBe(
      'Look at nginx on {host}',
    )
    expect(fillText('{constructor}', {})).toBe('{constructor}')
  })
})

describe('checkValue()', () => {
  it.each(['nginx.service', 'user@1000.service', '/var/log', '4711', 'a:b,c=d%e+f'])(
    'checkValue() takes %s where nothing else is declared',
    (value) => expect(checkValue(blank(), value, SYSTEMCTL)).toBeNull(),
  )

  it.each([
    ['nothing', ''],
    ['an option', '--help'],
    ['a dash', '-'],
    ['a line break', 'a\nb'],
    ['a NUL', 'a\0b'],
    ['a space', 'a b'],
    ['a shell', '$(id)'],
    ['too much', 'a'.repeat(501)],
  ])('checkValue() refuses %s', (_, value) => expect(checkValue(blank(), value, SYSTEMCTL)).not.toBeNull())

  it('checkValue() wants the whole value to fit the pattern, and no option whatever the pattern says', () => {
    const loose = blank({ pattern: '.*' })
    expect(checkValue(blank({ pattern: '[0-9]+' }), '12', SYSTEMCTL)).toBeNull()
    expect(checkValue(blank({ pattern: '[0-9]+|x' }), '12a', SYSTEMCTL)).not.toBeNull()
    expect(checkValue(loose, 'a b; c', SYSTEMCTL)).toBeNull()
    expect(checkValue(loose, '-x', SYSTEMCTL)).toContain('option')
    expect(checkValue(loose, 'a\u0007', SYSTEMCTL)).not.toBeNull()
  })

  it('checkValue() lets nothing speak to a shell, here or on another host', () => {
    const loose = blank({ pattern: '.*' })
    for (const argv of [
      ['ssh', 'db-1', 'systemctl status {unit}'],
      ['docker', 'exec', 'x', '/bin/sh', '-c', 'cat {unit}'],
    ]) {
      expect(checkValue(loose, 'nginx.service', argv)).toBeNull()
      for (const value of ['a; b', 'a b', '$x', '`x`', 'a|b', 'a>b', '~root', "a'b", 'a*', 'a\\b', 'a#b'])
        expect(checkValue(loose, value, argv), value).toContain('shell')
    }
  })

  it('checkValue() takes one of the choices only, also one that begins with a dash', () => {
    const chosen = blank({ choices: ['-a', 'b'] })
    expect(checkValue(chosen, '-a', SYSTEMCTL)).toBeNull()
    expect(checkValue(chosen, 'c', SYSTEMCTL)).toBe('Choose one of -a, b')
  })
})

describe('valueFor()', () => {
  it('valueFor() prefers what is given to the default', () => {
    expect(valueFor(blank({ default: 'x' }), { unit: ' y ' })).toBe('y')
    expect(valueFor(blank({ default: 'x' }), { unit: ' ' })).toBe('x')
    expect(valueFor(blank(), {})).toBe('')
  })
})
