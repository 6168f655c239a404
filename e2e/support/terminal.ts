// Terminals in tests: a second operator, and a reader of a terminal's stream.
import headless from '@xterm/headless'
import { as } from './accounts.ts'
import { type TestConsole, until } from './console.ts'

/** Follows a terminal as a browser would, on a screen of its own. */
export async function readTerminal(
  test: TestConsole,
  id: string,
  options: { token?: string; after?: number } = {},
) {
  const abort = new AbortController()
  const query = options.after === undefined ? '' : `?after=${options.after}`
  const response = await fetch(`${test.url}/api/terminals/${id}/stream${query}`, {
    headers: { ...as(options.token ?? test.token), accept: 'text/event-stream' },
    signal: abort.signal,
  })
  if (!response.ok || !response.body) throw new Error(`The stream gave ${response.status}`)
  const screen = new headless.Terminal({ cols: 80, rows: 24, scrollback: 5000, allowProposedApi: true })
  const frames: Record<string, unknown>[] = []
  let offset = 0
  let bytes = 0
  let reading = true
  const body = response.body.pipeThrough(new TextDecoderStream())
  const done = (async () => {
    let rest = ''
    for await (const chunk of body) {
      const parts = (rest + chunk).split('\n\n')
      rest = parts.pop() ?? ''
      for (const part of parts) take(part)
    }
  })().catch(() => undefined)
  void done.then(() => {
    reading = false
  })

  function take(part: string) {
    const data = /^data: (.*)$/m.exec(part)?.[1]
    if (data === undefined) return
    const frame = JSON.parse(data) as Record<string, unknown>
    frames.push(frame)
    const id = /^id: (\d+)$/m.exec(part)?.[1]
    if (id !== undefined) offset = Number(id)
    if ('cols' in frame) screen.resize(frame.cols as number, frame.rows as number)
    const output = Buffer.from(String(frame.snapshot ?? frame.data ?? ''), 'base64')
    if ('snapshot' in frame) screen.reset()
    else bytes += output.length
    screen.write(output)
  }

  return {
    frames,
    screen,
    offset: () => offset,
    bytes: () => bytes,
    ended: () => !reading,
    /** The screen with its scrollback, as text. */
    async text(): Promise<string> {
      await new Promise<void>((resolve) => screen.write('', resolve))
      return textOf(screen)
    },
    async waitFor(text: string, ms?: number) {
      await until(async () => (await this.text()).includes(text), ms)
    },
    close: () => abort.abort(),
  }
}

/** The screen of a terminal with its scrollback, long lines in one piece. */
export function textOf({ buffer: { active } }: headless.Terminal): string {
  const rows = Array.from({ length: active.length }, (_, row) => active.getLine(row))
  return rows
    .map(
      (row, at) =>
        `${at > 0 && !row?.isWrapped ? '\n' : ''}${row?.translateToString(!rows[at + 1]?.isWrapped) ?? ''}`,
    )
    .join('')
}
