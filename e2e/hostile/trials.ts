// The trials of faults and attacks, and the tests that run each; what none runs is said.

export type HostileTrial = {
  number: number
  what: string
  tests: readonly string[]
  /** What of it is not shown, and why. */
  lacking?: string
}

export const TRIALS: readonly HostileTrial[] = [
  {
    number: 1,
    what: 'kill -9 of the console at random points',
    tests: ['e2e/hostile/deaths.test.ts', 'e2e/restart.test.ts', 'e2e/browser/restart.test.ts'],
    lacking: '1,000 deaths: 100 are',
  },
  {
    number: 2,
    what: 'a CLI that writes on while the console is dead',
    tests: ['e2e/hostile/deaths.test.ts', 'e2e/restart.test.ts'],
  },
  { number: 3, what: 'kill -9 of the CLI in a turn', tests: ['e2e/outcomes.test.ts'] },
  {
    number: 4,
    what: 'no result, a hang after it, no word at all',
    tests: ['e2e/outcomes.test.ts', 'e2e/stop.test.ts'],
  },
  { number: 5, what: 'a full disk', tests: ['e2e/disk-full.test.ts', 'server/recorder.test.ts'] },
  {
    number: 6,
    what: 'a database that another process holds',
    tests: ['e2e/hostile/locked.test.ts'],
  },
  { number: 7, what: 'a damaged, cut or edited record', tests: ['e2e/verify.test.ts'] },
  { number: 8, what: 'pragmas, version, modes', tests: ['db/database.test.ts', 'e2e/verify.test.ts'] },
  {
    number: 9,
    what: 'on disk before it is streamed',
    tests: ['e2e/hostile/deaths.test.ts', 'server/recorder.test.ts', 'db/database.test.ts'],
  },
  { number: 10, what: 'a backup while events come in', tests: [], lacking: 'there is no backup command yet' },
  { number: 11, what: 'a clock that is set', tests: ['e2e/hostile/clock.test.ts', 'server/clock.test.ts'] },
  {
    number: 12,
    what: 'a line of 100 MB',
    tests: ['e2e/hostile/volume.test.ts', 'lib/line-splitter.test.ts'],
  },
  {
    number: 13,
    what: 'no final line feed, CRLF, noise, odd JSON',
    tests: ['e2e/hostile/bytes.test.ts', 'e2e/fixtures.test.ts', 'lib/line-splitter.test.ts'],
  },
  {
    number: 14,
    what: 'invalid UTF-8, NUL, halves of pairs, byte order marks',
    tests: ['e2e/hostile/bytes.test.ts'],
  },
  { number: 15, what: 'a million events', tests: ['e2e/hostile/volume.test.ts'] },
  { number: 16, what: 'much stderr', tests: ['e2e/outcomes.test.ts'] },
  {
    number: 17,
    what: 'clients that never read',
    tests: ['e2e/hostile/volume.test.ts', 'e2e/streams.test.ts', 'server/front-door/limits.test.ts'],
  },
  {
    number: 18,
    what: 'connections that are lost at random',
    tests: ['e2e/streams.test.ts'],
  },
  {
    number: 19,
    what: 'ten tabs on HTTP/1.1',
    tests: ['e2e/browser/live.test.ts', 'e2e/terminal-page.test.ts'],
  },
  {
    number: 20,
    what: 'many turns and viewers for long',
    tests: ['e2e/streams.test.ts', 'e2e/api.test.ts'],
    lacking: 'ten viewers and thirty turns, no soak',
  },
  {
    number: 21,
    what: 'two operators who send at once',
    tests: ['e2e/api.test.ts'],
  },
  { number: 22, what: 'one idempotency key after a crash', tests: ['e2e/api.test.ts'] },
  {
    number: 23,
    what: 'a stop against the natural end',
    tests: ['e2e/stop.test.ts'],
  },
  {
    number: 24,
    what: 'an operator locked while signed in',
    tests: ['e2e/operators.test.ts', 'e2e/browser/sign-in.test.ts', 'server/auth/watches.test.ts'],
  },
  { number: 25, what: 'the Host matrix', tests: ['server/front-door/raw-checks.test.ts'] },
  {
    number: 26,
    what: 'the CSRF matrix',
    tests: ['server/http/route.test.ts', 'e2e/browser/sign-in.test.ts'],
  },
  { number: 27, what: 'every built route without a login', tests: ['e2e/hostile/no-login.test.ts'] },
  { number: 28, what: 'expired, revoked and tampered logins', tests: ['server/auth/auth.test.ts'] },
  {
    number: 29,
    what: 'brute force, over restarts',
    tests: ['e2e/hostile/strangers.test.ts', 'server/auth/auth.test.ts', 'server/auth/work-queue.test.ts'],
  },
  {
    number: 30,
    what: 'planted secrets',
    tests: [
      'e2e/hostile/planted.test.ts',
      'e2e/gateway-errors.test.ts',
      'e2e/browser/redaction.test.ts',
      'server/redaction/redact.test.ts',
      'server/redaction/shown-channel.test.ts',
    ],
  },
  {
    number: 31,
    what: 'large bodies, slow clients, bad encodings',
    tests: [
      'e2e/hostile/strangers.test.ts',
      'server/front-door/limits.test.ts',
      'server/front-door/raw-checks.test.ts',
      'server/http/route.test.ts',
    ],
  },
  { number: 32, what: 'scripts in prompts, names and answers', tests: ['e2e/browser/hostile-text.test.ts'] },
  {
    number: 33,
    what: 'images, styles and links that carry secrets out',
    tests: ['e2e/browser/hostile-text.test.ts'],
  },
  {
    number: 34,
    what: 'terminal escapes',
    tests: ['server/terminal/screen.test.ts', 'e2e/terminal-page.test.ts'],
  },
  { number: 35, what: 'prompts that look like options or commands', tests: ['e2e/outcomes.test.ts'] },
  {
    number: 36,
    what: 'odd ids, a link where the workspace should be',
    tests: ['e2e/hostile/workspace.test.ts', 'server/http/route.test.ts', 'e2e/refusals.test.ts'],
  },
  {
    number: 37,
    what: 'processes that are put aside',
    tests: ['e2e/stop.test.ts', 'e2e/terminal.test.ts', 'server/claude/process-tree.test.ts'],
  },
  {
    number: 38,
    what: 'TERM ignored, a stopped process, a reused pid',
    tests: ['e2e/stop.test.ts', 'server/claude/process-tree.test.ts'],
  },
  {
    number: 39,
    what: 'a fork bomb, huge files, no descriptors',
    tests: ['e2e/hostile/limits.test.ts', 'e2e/cgroup-limits.test.ts'],
    lacking: 'many files, of which each is small: the disk is watched, not shared out',
  },
  { number: 40, what: '`yes` in a terminal', tests: ['e2e/terminal.test.ts'] },
  {
    number: 41,
    what: 'a workspace with settings and servers of its own',
    tests: ['e2e/hostile/workspace.test.ts'],
  },
  {
    number: 42,
    what: 'the gate with no, late and malformed answers',
    tests: ['e2e/gate.test.ts', 'e2e/tui-gate.test.ts'],
  },
  { number: 43, what: 'a CLI or a model that is not there', tests: ['e2e/outcomes.test.ts'] },
  { number: 44, what: 'an orderly stop', tests: ['e2e/streams.test.ts'] },
]
