import { expect, test } from 'vitest'
import { createWorkQueue } from './work-queue.ts'

test('createWorkQueue() runs two at a time, lets three wait and refuses the rest', async () => {
  const run = createWorkQueue(2, 3, () => new Error('full'))
  let running = 0
  let most = 0
  const job = async () => {
    running += 1
    most = Math.max(most, running)
    await new Promise((resolve) => setImmediate(resolve))
    running -= 1
  }
  const jobs = await Promise.allSettled(Array.from({ length: 8 }, () => run(job)))
  expect(jobs.map(({ status }) => status)).toEqual([
    ...Array(5).fill('fulfilled'),
    ...Array(3).fill('rejected'),
  ])
  expect(most).toBe(2)
})

test('createWorkQueue() goes on when a job fails', async () => {
  const run = createWorkQueue(1, 1, () => new Error('full'))
  const failing = run(() => Promise.reject(new Error('broken')))
  const waiting = run(async () => 'done')
  await expect(failing).rejects.toThrow('broken')
  expect(await waiting).toBe('done')
  expect(await run(async () => 'again')).toBe('again')
})
