import { describe, expect, test } from 'vitest'
import { changesState, describeCall, readTodos } from './tool-call.ts'

describe('changesState()', () => {
  test.each([
    'rm -rf /tmp/x',
    'sudo systemctl restart payments-api.service',
    'cd /srv && mv a b',
    'echo x > /etc/hosts',
    'sed -i s/8433/8443/ config.yaml',
    'kubectl -n prod rollout restart deploy/api',
    'LANG=C /usr/bin/apt-get -y install jq',
    'printf y | tee -a log',
    'git -C /srv checkout main',
  ])('marks %s', (command) => expect(changesState('Bash', { command })).toBe(true))

  test.each([
    'systemctl status payments-api --no-pager',
    'curl -sS http://127.0.0.1:8443/healthz 2>&1',
    'ls -la 2>/dev/null | head',
    'grep "rm -rf" history > /dev/null',
    'kubectl get pods -A',
    'git status && git log --oneline',
    'journalctl -u edge --since -2min',
    "awk '$1 > 5' table",
  ])('leaves %s alone', (command) => expect(changesState('Bash', { command })).toBe(false))

  test('marks file tools and nothing unknown', () => {
    expect(changesState('Edit', {})).toBe(true)
    expect(changesState('Read', { file_path: 'x' })).toBe(false)
    expect(changesState('Bash', { command: 7 })).toBe(false)
  })
})

test('describeCall() names the command, path or pattern itself', () => {
  expect(describeCall('Bash', { command: 'uptime' })).toEqual({ label: '', what: 'uptime' })
  expect(describeCall('Read', { file_path: '/a', offset: 10, limit: 5 })).toEqual({
    label: 'Read',
    what: '/a:10–14',
  })
  expect(describeCall('Grep', { pattern: 'x', path: '/b' })).toEqual({ label: 'Grep', what: 'x in /b' })
  expect(describeCall('mcp__db__query', { query: 'select 1' })).toEqual({
    label: 'mcp__db__query',
    what: 'select 1',
  })
  expect(
    describeCall('TodoWrite', {
      todos: [
        { content: 'a', status: 'completed' },
        { content: 'b', status: 'in_progress' },
      ],
    }).what,
  ).toBe('1 of 2 done · b')
})

test('describeCall() says what the agent asks and plans', () => {
  const questions = [{ question: 'Which host?' }, { question: 'When?' }]
  expect(describeCall('AskUserQuestion', { questions }).what).toBe('Which host? (+1)')
  expect(describeCall('ExitPlanMode', { plan: '\n## Mend it\n1. Look' })).toEqual({
    label: 'Plan to approve',
    what: 'Mend it',
  })
})

test('readTodos() leaves out what is no entry', () => {
  expect(readTodos([1, null, { content: 'x', status: 'odd' }])).toEqual([{ text: 'x', state: 'pending' }])
  expect(readTodos('no')).toEqual([])
})
