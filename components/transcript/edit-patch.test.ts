import { describe, expect, it } from 'vitest'
import { createPatch } from './edit-patch.ts'

async function marked(before: string, after: string): Promise<(string | null)[]> {
  const { lines } = await createPatch([{ before, after }])
  return lines
    .filter(({ type }) => type === 'added' || type === 'removed')
    .map(({ text, changed }) => (changed ? text.slice(changed.from, changed.to) : null))
}

describe('createPatch()', () => {
  it('marks what differs between a line and the one that replaces it', async () => {
    expect(await marked('pool_size = 2O', 'pool_size = 20')).toEqual(['O', '0'])
    expect(await marked('port = 80\nmode = a', 'port = 8080\nmode = b')).toEqual(['', 'a', '80', 'b'])
    expect(await marked('name = 🦊1', 'name = 🦉1')).toEqual(['🦊', '🦉'])
  })

  it('marks nothing where lines have no counterpart or little in common', async () => {
    expect(await marked('one', 'one\ntwo')).toEqual([null])
    expect(await marked('a\nb', 'c')).toEqual([null, null, null])
    expect(await marked('restart = always', 'memory_max = 2G')).toEqual([null, null])
  })
})
