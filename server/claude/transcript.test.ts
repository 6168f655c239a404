import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { findTranscript, hasPrompt, setTranscriptAside, transcriptState } from './transcript.ts'

const ID = '11111111-1111-4111-8111-111111111111'
const CWD = '/srv/Workspaces/a_b.c'
let config = ''

beforeEach(async () => {
  config = await mkdtemp(join(tmpdir(), 'transcript-'))
})
afterEach(() => rm(config, { recursive: true, force: true }))

async function write(slug: string, text: string, id = ID): Promise<string> {
  const path = join(config, 'projects', slug, `${id}.jsonl`)
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, text)
  return path
}

const user = (uuid: string, content: unknown, more: object = {}) =>
  `${JSON.stringify({ type: 'user', uuid, message: { role: 'user', content }, ...more })}\n`

describe('findTranscript()', () => {
  test('findTranscript() finds the file when every character but letters and digits is a dash', async () => {
    const path = await write('-srv-Workspaces-a-b-c', '')
    expect(await findTranscript(config, CWD, ID)).toBe(path)
  })

  test('findTranscript() finds the file when the name is cut and hashed', async () => {
    const cwd = `/srv/${'x'.repeat(300)}`
    const path = await write(`-srv-${'x'.repeat(195)}-k3j2h1`, '')
    expect(await findTranscript(config, cwd, ID)).toBe(path)
  })

  test('findTranscript() gives null when there is none for this directory', async () => {
    await write('-srv-elsewhere', '')
    expect(await findTranscript(config, CWD, ID)).toBeNull()
    expect(await findTranscript(config, `/srv/${'x'.repeat(300)}`, ID)).toBeNull()
  })
})

describe('transcriptState()', () => {
  test('transcriptState() is missing when there is no file', async () => {
    expect(await transcriptState(config, CWD, ID)).toBe('missing')
  })

  test('transcriptState() is resumable when a message stands in it', async () => {
    await write('-srv-Workspaces-a-b-c', `{"type":"mode"}\nno JSON\n${user('u1', 'Hello')}{"type":"assi`)
    expect(await transcriptState(config, CWD, ID)).toBe('resumable')
  })

  test.each([
    ['empty', ''],
    [
      'of internal records',
      '{"type":"queue-operation","operation":"enqueue","content":"Hello"}\n{"type":"mode"}\n',
    ],
    ['of half a message', user('u1', 'Hello').slice(0, 40)],
  ])('transcriptState() is blocked, and missing once set aside, when the file is %s', async (_, text) => {
    const path = await write('-srv-Workspaces-a-b-c', text)
    expect(await transcriptState(config, CWD, ID)).toBe('blocked')
    await setTranscriptAside(path, 7)
    expect(await transcriptState(config, CWD, ID)).toBe('missing')
    expect(await readdir(dirname(path))).toEqual([`${ID}.jsonl.set-aside-7`])
  })
})

describe('hasPrompt()', () => {
  test('hasPrompt() finds a prompt by its uuid or its text when it is there', async () => {
    const path = await write(
      'p',
      user('u1', 'First') + user('u2', [{ type: 'text', text: 'Second\u2028line' }]),
    )
    expect(await hasPrompt(path, { uuid: 'u1' })).toBe(true)
    expect(await hasPrompt(path, { uuid: 'u3' })).toBe(false)
    expect(await hasPrompt(path, { text: 'Second\u2028line' })).toBe(true)
    expect(await hasPrompt(path, { text: 'Second' })).toBe(false)
  })

  test('hasPrompt() finds nothing when the record is half-written, a side chain, or the file is missing', async () => {
    const path = await write(
      'p',
      user('u1', 'Side', { isSidechain: true }) + user('u2', 'Half').slice(0, -10),
    )
    expect(await hasPrompt(path, { uuid: 'u1' })).toBe(false)
    expect(await hasPrompt(path, { uuid: 'u2' })).toBe(false)
    expect(await hasPrompt(join(config, 'nowhere'), { uuid: 'u1' })).toBe(false)
  })
})
