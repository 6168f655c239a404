/** The longest frame that is read; a longer one is an error of the stream, which is then asked for anew. */
export const FRAME_MAX_CHARACTERS = 8 * 1024 * 1024

/**
 * Reads the data of an event stream. Names and ids are ignored: the shared stream has none.
 * Line ends are LF or CRLF; a frame ends at an empty line; lines that begin with a colon are comments.
 * @throws Error from `feed` when a frame is longer than `FRAME_MAX_CHARACTERS`
 */
export function createSseParser({ onData }: { onData: (data: string) => void }) {
  let rest = ''
  let data: string[] = []
  let size = 0

  function takeLine(line: string): void {
    if (line === '') {
      if (data.length > 0) onData(data.join('\n'))
      data = []
      size = 0
      return
    }
    if (!line.startsWith('data:')) return
    const value = line.slice(line.charAt(5) === ' ' ? 6 : 5)
    size += value.length
    if (size > FRAME_MAX_CHARACTERS) throw new Error('A frame of the event stream is too long')
    data.push(value)
  }

  return {
    feed(text: string): void {
      let from = 0
      let end = text.indexOf('\n')
      while (end >= 0) {
        const line = rest + text.slice(from, end)
        rest = ''
        takeLine(line.endsWith('\r') ? line.slice(0, -1) : line)
        from = end + 1
        end = text.indexOf('\n', from)
      }
      rest += text.slice(from)
      if (rest.length > FRAME_MAX_CHARACTERS) throw new Error('A frame of the event stream is too long')
    },
    reset(): void {
      rest = ''
      data = []
      size = 0
    },
  }
}
