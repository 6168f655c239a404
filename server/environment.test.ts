import { expect, it } from 'vitest'
import { readEnvironment } from './environment.ts'

it.each([
  ['BREAKGLASS_PORT', 'abc'],
  ['BREAKGLASS_PORT', '0'],
  ['BREAKGLASS_PORT', '70000'],
  ['BREAKGLASS_HOST', '0.0.0.0'],
  ['BREAKGLASS_HOST', '::ffff:0.0.0.0'],
  ['BREAKGLASS_ORIGIN', 'http://recovery.example'],
  ['BREAKGLASS_ORIGIN', 'https://recovery.example/path'],
  ['BREAKGLASS_DATA_DIR', 'relative/path'],
  ['ANTHROPIC_BASE_URL', 'api.example'],
  ['ANTHROPIC_BASE_URL', 'ftp://api.example'],
])('readEnvironment() refuses %s when it is %s', (name, value) => {
  const refused = () => readEnvironment({ HOME: '/home/ana', [name]: value })
  expect(refused).toThrow(`${name} `)
  expect(refused).toThrow(value)
})

it('readEnvironment() takes origins as a list, and the address of anybody where one is https', () => {
  const origins = 'https://recovery.example, http://localhost:9000'
  expect(readEnvironment({ BREAKGLASS_HOST: '0.0.0.0', BREAKGLASS_ORIGIN: origins })).toMatchObject({
    host: '0.0.0.0',
    port: 4911,
    origins: ['https://recovery.example', 'http://localhost:9000'],
  })
})
