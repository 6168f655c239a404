import { describe, expect, it } from 'vitest'
import { runProcess } from './child-process.ts'

const env = { PATH: '/usr/bin:/bin' }

describe('runProcess()', () => {
  it('kills what takes too long, and does not wait for what it leaves behind', async () => {
    const { exitCode, stdout } = await runProcess('sh', ['-c', 'sleep 30 & echo said; sleep 30'], {
      env,
      timeoutMs: 500,
    })
    expect({ exitCode, stdout }).toEqual({ exitCode: null, stdout: 'said\n' })
  })

  it('has what a program said that ended in time, where we look too late', async () => {
    const running = runProcess('echo', ['said'], { env, timeoutMs: 100 })
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500)
    expect(await running).toEqual({ exitCode: 0, stdout: 'said\n', stderr: '' })
  })
})
