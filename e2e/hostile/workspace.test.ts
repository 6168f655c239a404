// Trials 36 and 41: a link where the workspace should be, and a workspace that brings settings and servers of its own.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Problem } from '../../lib/api.ts'
import { ADMIN, startTestConsole, type TestConsole } from '../support/console.ts'
import { endOf } from '../support/trials.ts'

describe('a hostile workspace', () => {
  let test: TestConsole
  beforeAll(async () => {
    test = await startTestConsole({ warm: false })
  })
  afterAll(() => test.close())

  it('is refused in words when it is a link to elsewhere', async () => {
    const elsewhere = mkdtempSync(join(test.data, '..', 'elsewhere-'))
    // The id of a session that is opened under a key can be known beforehand.
    const hash = createHash('sha256').update(`${ADMIN.name}\0known`).digest('hex')
    const id = [
      hash.slice(0, 8),
      hash.slice(8, 12),
      `8${hash.slice(13, 16)}`,
      `a${hash.slice(17, 20)}`,
      hash.slice(20, 32),
    ]
    mkdirSync(join(test.data, 'sessions', id.join('-')), { mode: 0o700 })
    symlinkSync(elsewhere, join(test.data, 'sessions', id.join('-'), 'workspace'))
    const body = { reason: 'Somebody was here before', model: 'drill-plain-text' }
    const answer = await test.request<Problem>('POST', '/api/sessions', body, { 'idempotency-key': 'known' })
    expect(answer).toMatchObject({ status: 507, data: { code: 'workspace_not_writable' } })
    expect(answer.data.detail).toContain('Nothing was started')
    expect(readdirSync(elsewhere)).toEqual([])
    expect(await test.request('GET', `/api/sessions/${id.join('-')}`)).toMatchObject({ status: 404 })
  })

  it('runs nothing that its settings or its servers name', async () => {
    const { id, workspace } = await test.openSession('several-tools')
    const proof = join(test.data, '..', 'was-run')
    const touch = { type: 'command', command: `touch ${proof}` }
    const hook = [{ matcher: '*', hooks: [touch] }]
    const events = ['SessionStart', 'UserPromptSubmit', 'PreToolUse', 'PostToolUse', 'Stop']
    mkdirSync(join(workspace, '.claude'))
    for (const name of ['settings.json', 'settings.local.json']) {
      const hooks = Object.fromEntries(events.map((event) => [event, hook]))
      writeFileSync(
        join(workspace, '.claude', name),
        JSON.stringify({ hooks, enableAllProjectMcpServers: true }),
      )
    }
    const server = { command: 'touch', args: [proof] }
    writeFileSync(join(workspace, '.mcp.json'), JSON.stringify({ mcpServers: { bad: server } }))
    // The first turn's process was started before the files were there, the second one's finds them.
    for (const prompt of ['Look around', 'Once more']) {
      const { turn_id } = await test.prompt(id, prompt)
      expect(await endOf(test, id, turn_id)).toMatchObject({ outcome: 'success' })
    }
    expect(existsSync(proof)).toBe(false)
    const sessions = (await test.events(id)).filter((event) => event.kind === 'session')
    expect(sessions).toHaveLength(2)
    expect(sessions.flatMap(({ tools }) => tools).filter((name) => name.startsWith('mcp__'))).toEqual([])
  })
})
