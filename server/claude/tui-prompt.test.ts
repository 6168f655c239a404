import { expect, test } from 'vitest'
import { pasteable, typePrompt } from './tui-prompt.ts'
import type { ScreenReading } from './tui-screen.ts'

test('pasteable() keeps text, tabs and line ends, and takes out what a terminal would act on', () => {
  expect(pasteable('a\tb\r\nc\rd ✓ é')).toBe('a\tb\nc\nd ✓ é')
  expect(pasteable('in C:\\logs\\')).toBe('in C:\\logs\\ ')
  expect(pasteable('end\u001b[201~ of paste\u0003\u0000\u009b201~\u007f')).toBe('end[201~ of paste201~')
})

/** A TUI that shows what the test says, and takes the prompt at the n-th Enter. */
function createTui(takesAt: number) {
  const written: string[] = []
  const tui = {
    shown: { state: 'idle', input: '', words: '' } as ScreenReading,
    confirmed: false,
    ended: false,
    terminal: {
      write(data: string | Uint8Array) {
        written.push(Buffer.from(data).toString())
        if (String(written.at(-1)).includes('\u001b[201~')) tui.shown = { ...tui.shown, input: 'text' }
        if (written.filter((each) => each === '\r').length >= takesAt) tui.confirmed = true
        return true
      },
    },
    reading: () => tui.shown,
    isFree: () => tui.shown.state === 'idle' && tui.shown.input === '',
    isConfirmed: () => tui.confirmed,
    hasEnded: () => tui.ended,
  }
  return { tui, written }
}

test('typePrompt() pastes, and sends Enter by itself', async () => {
  const { tui, written } = createTui(1)
  expect(await typePrompt('hello', tui).done).toBeNull()
  expect(written).toEqual(['\u001b[200~hello\u001b[201~', '\r'])
})

test('typePrompt() sends Enter once more when the first was lost', async () => {
  const { tui, written } = createTui(2)
  expect(await typePrompt('hello', tui).done).toBeNull()
  expect(written.filter((each) => each === '\r')).toHaveLength(2)
})

test('typePrompt() types nothing while a dialog is up or words stand in the box, nor when it is stopped then', async () => {
  const { tui, written } = createTui(1)
  tui.shown = { state: 'dialog', input: '', words: 'Trust?' }
  const typing = typePrompt('hello', tui)
  expect(typing.isWaiting()).toBe(true)
  tui.shown = { state: 'idle', input: 'somebody else', words: '' }
  typing.wake()
  await new Promise(setImmediate)
  typing.stop()
  expect(await typing.done).toBeNull()
  expect(written).toEqual([])
})

test('typePrompt() sends no second Enter when a dialog has come up', async () => {
  const { tui, written } = createTui(3)
  const typing = typePrompt('hello', tui)
  await expect.poll(() => written.length).toBe(2)
  tui.shown = { state: 'dialog', input: '', words: 'Proceed?' }
  await new Promise((resolve) => setTimeout(resolve, 1_800))
  tui.ended = true
  typing.wake()
  await typing.done
  expect(written.filter((each) => each === '\r')).toHaveLength(1)
})
