import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createMetLimits, type MetLimit } from './met-limits.ts'

describe('createMetLimits()', () => {
  let path: string
  const told: (MetLimit & { id: string })[] = []
  const met = createMetLimits((id, each) => told.push({ id, ...each }))
  const count = (oom: number, killed: number, refused: number) => {
    writeFileSync(join(path, 'memory.events'), `low 0\nhigh 0\nmax 9\noom ${oom}\noom_kill ${killed}\n`)
    writeFileSync(join(path, 'pids.events'), `max ${refused}\n`)
  }
  beforeEach(() => {
    path = mkdtempSync(join(tmpdir(), 'breakglass-met-'))
    told.length = 0
    count(0, 0, 0)
  })
  afterEach(() => {
    met.close()
    rmSync(path, { recursive: true })
  })

  it('tells at once what is met while it watches, and in the end what has come since', async () => {
    met.begin('one', path)
    expect(told).toEqual([])
    count(1, 1, 0)
    await expect.poll(() => told).toEqual([{ id: 'one', limit: 'memory', times: 1 }])
    count(3, 3, 40)
    met.end('one')
    expect(told.slice(1)).toEqual([
      { id: 'one', limit: 'memory', times: 2 },
      { id: 'one', limit: 'processes', times: 40 },
    ])
  })

  it('tells a process that was killed for the memory of the host from one that met its own limit', () => {
    count(0, 1, 0)
    met.begin('one', path)
    expect(told).toEqual([{ id: 'one', limit: 'host_memory', times: 1 }])
  })

  it('tells what was met while nobody looked, and nothing of what has no limits', () => {
    count(2, 1, 7)
    met.begin('one', path)
    met.begin('two', join(path, 'missing'))
    met.end('two')
    expect(told.map(({ id, limit, times }) => [id, limit, times])).toEqual([
      ['one', 'memory', 1],
      ['one', 'processes', 7],
    ])
  })
})
