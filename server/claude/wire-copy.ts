// Undoes the compression of a copy of an answer; the bytes that the CLI gets are never touched.
import type { Transform } from 'node:stream'
import * as zlib from 'node:zlib'

export type CopyDecoder = {
  feed(chunk: Uint8Array): void
  end(): void
  /** Gives up: the answer was cut. */
  destroy(): void
}

/**
 * @param encoding the answer's Content-Encoding
 * @param onData gets the bytes without compression, in order
 * @param onEnd called when all of them were given; never after `destroy`
 * @returns null where this Node can't undo it: zstd needs Node 22.15, and the CLI says that it takes it
 */
export function createCopyDecoder(
  encoding: string | undefined,
  onData: (chunk: Uint8Array) => void,
  onEnd: () => void,
): CopyDecoder | null {
  const name = (encoding ?? 'identity').trim().toLowerCase()
  if (name === 'identity' || name === '') {
    let destroyed = false
    return {
      feed: onData,
      end: () => destroyed || onEnd(),
      destroy() {
        destroyed = true
      },
    }
  }
  const stream = decompressor(name)
  if (!stream) return null
  stream.on('data', onData)
  stream.on('end', onEnd)
  stream.on('error', () => stream.destroy()) // a copy that can't be read is given up; the original has gone on
  return {
    feed: (chunk) => void (stream.writable && stream.write(chunk)),
    end: () => void (stream.writable && stream.end()),
    destroy: () => void stream.destroy(),
  }
}

function decompressor(name: string): Transform | null {
  // What has arrived is given out at once: the stream's events are of use now, not at its end.
  const { Z_SYNC_FLUSH, BROTLI_OPERATION_FLUSH } = zlib.constants
  switch (name) {
    case 'gzip':
    case 'x-gzip':
      return zlib.createGunzip({ finishFlush: Z_SYNC_FLUSH })
    case 'deflate':
      return zlib.createInflate({ finishFlush: Z_SYNC_FLUSH })
    case 'br':
      return zlib.createBrotliDecompress({ finishFlush: BROTLI_OPERATION_FLUSH })
    case 'zstd':
      return zstd()
    default:
      return null
  }
}

function zstd(): Transform | null {
  const create: unknown = Reflect.get(zlib, 'createZstdDecompress')
  return typeof create === 'function' ? (create() as Transform) : null
}
