import { describe, expect, test } from 'vitest'
import type { EventBody } from '../../lib/events.ts'
import type { Identity } from '../auth/identity.ts'
import { createKeyboard, KEYBOARD_ABSENT_MS } from './keyboard.ts'

const identityOf = (name: string) =>
  ({ id: `login-of-${name}`, operator: { id: name, name, role: 'operator' } }) as Identity

function start() {
  const events: EventBody[] = []
  const holders: (string | null)[] = []
  const ends = new Map<string, () => void>()
  const control = { now: 0, broken: false }
  const keyboard = createKeyboard({
    terminalId: 't',
    record(more) {
      if (control.broken) throw new Error('The disk is full')
      events.push(...more)
    },
    recordLater: (more) => void events.push(...more),
    watch(identity, onEnd) {
      ends.set(identity.operator.name, onEnd)
      return () => ends.delete(identity.operator.name)
    },
    onChange: (operator) => void holders.push(operator),
    now: () => control.now,
  })
  const actions = () =>
    events.map((event) => (event.kind === 'control' ? `${event.action} ${event.operator}` : ''))
  return { keyboard, control, holders, ends, actions }
}

describe('createKeyboard()', () => {
  test('gives a free keyboard, and a held one only to who names the holder', () => {
    const { keyboard, holders } = start()
    keyboard.take(identityOf('ana'), undefined)
    keyboard.take(identityOf('ana'), undefined)
    expect(() => keyboard.take(identityOf('ben'), undefined)).toThrow('"ana" has the keyboard')
    expect(() => keyboard.take(identityOf('ben'), 'carl')).toThrow('"ana" has the keyboard')
    expect(() => keyboard.giveBack('ben')).toThrow('"ana" has the keyboard')
    keyboard.take(identityOf('ben'), 'ana')
    expect(() => keyboard.mustHold('ana')).toThrow('"ben" has the keyboard')
    keyboard.giveBack('ben')
    expect(() => keyboard.mustHold('ben')).toThrow('Nobody has the keyboard')
    expect(holders).toEqual(['ana', 'ben', null])
  })

  test('is not taken when that can not be recorded', () => {
    const { keyboard, control, holders } = start()
    control.broken = true
    expect(() => keyboard.take(identityOf('ana'), undefined)).toThrow('The disk is full')
    expect(keyboard.holder()).toBeNull()
    expect(holders).toEqual([])
  })

  test('says who typed how much when the keyboard changes hands or the terminal ends', () => {
    const { keyboard, actions } = start()
    keyboard.take(identityOf('ana'), undefined)
    keyboard.typed(3)
    keyboard.typed(4)
    keyboard.take(identityOf('ben'), 'ana')
    keyboard.typed(1)
    expect(keyboard.end()).toMatchObject([{ action: 'typed', operator: 'ben', bytes: 1 }])
    expect(actions()).toEqual(['keyboard_taken ana', 'typed ana', 'keyboard_taken ben'])
  })

  test('is taken from a holder whose login has ended', () => {
    const { keyboard, ends, actions } = start()
    keyboard.take(identityOf('ana'), undefined)
    ends.get('ana')?.()
    expect(keyboard.holder()).toBeNull()
    expect(actions()).toEqual(['keyboard_taken ana', 'keyboard_given_back ana'])
    expect(ends.size).toBe(0)
  })

  test('is taken from a holder who has gone, and not from one who watches or types', () => {
    const { keyboard, control } = start()
    keyboard.take(identityOf('ana'), undefined)
    const leave = keyboard.enter('ana')
    control.now += 10 * KEYBOARD_ABSENT_MS
    keyboard.expire()
    expect(keyboard.holder()).toBe('ana')
    leave()
    control.now += KEYBOARD_ABSENT_MS - 1
    keyboard.expire()
    keyboard.mustHold('ana')
    control.now += KEYBOARD_ABSENT_MS - 1
    keyboard.expire()
    expect(keyboard.holder()).toBe('ana')
    control.now += 2
    keyboard.expire()
    expect(keyboard.holder()).toBeNull()
  })
})
