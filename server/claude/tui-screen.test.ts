import { expect, test } from 'vitest'
import { readScreen } from './tui-screen.ts'

const rule = '─'.repeat(120)
const named = `${'─'.repeat(108)} recovery ──`

test('readScreen() says idle when the empty input box stands alone', () => {
  const screen = ['✻ Cogitated for 0s', '', named, '❯  ', rule, '  ? for shortcuts · ← for agents']
  expect(readScreen(screen)).toMatchObject({ state: 'idle', input: '' })
  expect(readScreen([named, '❯', rule, '  ← for agents'])).toMatchObject({ state: 'idle', input: '' })
})

test('readScreen() gives what stands in the box when somebody has typed', () => {
  expect(readScreen([named, '❯ hello', '  there', rule, ''])).toMatchObject({
    state: 'idle',
    input: 'hello\nthere',
  })
  expect(readScreen([named, '! echo hi', rule, '  ! for shell mode'])).toMatchObject({ input: 'echo hi' })
  expect(readScreen([named, '❯ [Pasted text #1 +3 lines]', rule])).toMatchObject({ state: 'idle' })
})

test('readScreen() says busy when a spinner turns or the footer offers to interrupt', () => {
  const footer = '  esc to interrupt · ← for agents'
  expect(readScreen(['· Undulating…', '', named, '❯', rule, footer])).toMatchObject({ state: 'busy' })
  const spinner = '✶ Thinking… (1s · ↓ 34 tokens)'
  expect(readScreen([spinner, '', named, '❯', rule, '  ← for agents'])).toMatchObject({ state: 'busy' })
  expect(readScreen(['* Spelunking… (1s · ↓ 37 tokens)', '', named, '❯', rule])).toMatchObject({
    state: 'busy',
  })
})

test('readScreen() says dialog when a menu is up, whatever marks its highlighted row', () => {
  const trust = [
    rule,
    ' Accessing workspace:',
    '',
    ' /srv/ws',
    ' ❯ 1. Yes, I trust this folder',
    '   2. No, exit',
  ]
  const trusted = readScreen([...trust, '', ' Enter to confirm · Esc to cancel'])
  expect(trusted.state).toBe('dialog')
  expect(trusted.words).toContain('Yes, I trust this folder')
  const permission = [
    rule,
    ' Bash command',
    ' Do you want to proceed?',
    ' ❯ 1. Yes',
    '   2. No',
    ' Esc to cancel',
  ]
  expect(readScreen(permission)).toMatchObject({ state: 'dialog' })
  const framed = [rule, '❯ 1. Dark mode', '  2. Light mode', rule, ' Enter to confirm']
  expect(readScreen(framed)).toMatchObject({ state: 'dialog' })
  const menu = [named, '❯ /model', rule, '  Choose', '  ❯ 1. Default', '  Enter to select']
  expect(readScreen(menu)).toMatchObject({ state: 'dialog' })
})

test('readScreen() says starting when there is nothing yet', () => {
  expect(readScreen(['', '', ''])).toMatchObject({ state: 'starting', words: '' })
  expect(readScreen([])).toMatchObject({ state: 'starting' })
})
