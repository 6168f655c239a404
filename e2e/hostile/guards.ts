// Every guard that a trial depends on, and how it is switched off.
import type { Guard } from './guard.ts'

const RAW = { file: 'server/front-door/raw-checks.ts', trial: 'server/front-door/raw-checks.test.ts' }
const ORIGIN = { file: 'server/http/check-origin.ts', trial: 'server/http/route.test.ts' }
const ROUTE = { file: 'server/http/route.ts', trial: 'server/http/route.test.ts' }
const AUTH = { file: 'server/auth/auth.ts', trial: 'server/auth/auth.test.ts' }
const GATE = { file: 'server/gate/gate.ts', trial: 'e2e/gate.test.ts' }
const HOOK = { file: 'server/gate/permission-hook.ts', trial: 'server/gate/permission-hook.test.ts' }

export const GUARDS: readonly Guard[] = [
  // Web
  { name: 'Host is on the list', ...RAW, find: 'origins.of(host).length > 0', replace: 'host.length > 0' },
  { name: 'a header comes once', ...RAW, find: 'seen.has(name) && ONCE.has(name)', replace: 'seen.size < 0' },
  {
    name: 'HTTP/1.1 only',
    ...RAW,
    find: "request.httpVersion !== '1.1'",
    replace: "request.httpVersion === '0.9'",
  },
  {
    name: 'the target is a plain path',
    ...RAW,
    find: "if (!target.startsWith('/'))",
    replace: 'if (target === null)',
  },
  {
    name: 'nobody else sets our headers',
    ...RAW,
    find: 'if (STRIPPED.test(name))',
    replace: "if (name === '')",
  },
  { name: 'a body has an end', ...RAW, find: 'Number(length ?? 0) <= limit', replace: 'limit > 0' },
  { name: 'Origin is the console’s', ...ORIGIN, find: '!allowed.includes(origin)', replace: 'false' },
  {
    name: 'the browser says same-origin',
    ...ORIGIN,
    find: "site !== 'same-origin' &&",
    replace: "site === '' &&",
  },
  {
    name: 'the CSRF header belongs to the login',
    ...ORIGIN,
    find: '    csrf &&\n',
    replace: '    !csrf &&\n',
  },
  {
    name: 'nobody comes in without a login',
    ...ROUTE,
    find: "!identity && spec.access !== 'public'",
    replace: "!identity && spec.access === ('' as Access)",
  },
  {
    name: 'a role is needed',
    ...ROUTE,
    find: 'RANK[identity.operator.role] < RANK[spec.access]',
    replace: 'RANK[identity.operator.role] < 0',
  },
  {
    name: 'bytes of a body are counted',
    file: 'server/http/read-input.ts',
    find: 'if (length > maxBytes)',
    replace: 'if (length < 0)',
    trial: 'server/http/route.test.ts',
  },
  {
    name: 'scripts run by nonce only',
    file: 'server/front-door/headers.ts',
    find: "'strict-dynamic'`",
    replace: "'unsafe-inline'`",
    trial: 'server/front-door/raw-checks.test.ts',
  },

  // Sign-in
  {
    name: 'a block lasts',
    file: 'server/auth/throttle.ts',
    find: 'row && row.blocked_until_ms > now()',
    replace: 'row && row.blocked_until_ms < 0',
    trial: 'server/auth/auth.test.ts',
    tests: 'blocks an address',
  },
  {
    name: 'a login expires',
    ...AUTH,
    find: 'logins.isExpired(login) || isOutdated(login, operator)',
    replace: 'isOutdated(login, operator)',
    tests: 'refuses a login after',
  },
  {
    name: 'a locked operator is out',
    ...AUTH,
    find: '!login || !operator || operator.locked_at !== null',
    replace: '!login || !operator',
    tests: 'whose login has been left',
  },
  {
    name: 'a gateway token opens nothing else',
    ...AUTH,
    find: "identity?.scope === 'console' ? identity : null",
    replace: 'identity',
    trial: 'server/auth/account-commands.test.ts',
    tests: 'token of the gateway',
  },

  // The gate
  {
    name: 'what is asked waits for an operator',
    ...GATE,
    find: 'toDecision(row) ?? new Promise',
    replace: "toDecision(row) ?? { behavior: 'allow' } ?? new Promise",
    tests: 'tells the model why when a call is denied',
  },
  {
    name: 'the TUI’s second question needs the first',
    ...HOOK,
    find: 'if (count === 0) return null',
    replace: "if (count === 0) return { decision: { behavior: 'allow' } }",
  },
  {
    name: 'only the TUI’s own hook is answered',
    ...HOOK,
    find: 'if (!isOurs(request, secret))',
    replace: "if (secret === '')",
  },

  // Processes
  {
    name: 'descendants belong to the tree',
    file: 'server/claude/process-table.ts',
    find: '!family.has(entry.parent)',
    replace: 'entry.pid > 0',
    trial: 'server/claude/process-tree.test.ts',
  },
  {
    name: 'the marker belongs to the tree',
    file: 'server/claude/process-table.ts',
    find: 'isFounder(entry) || carriesMarker(entry.pid, marker)',
    replace: 'isFounder(entry)',
    trial: 'server/claude/process-tree.test.ts',
  },
  {
    name: 'a pid alone is nobody',
    file: 'server/claude/process-table.ts',
    find: 'founder.pid === pid && founder.startTime === startTime',
    replace: 'founder.pid === pid',
    trial: 'server/claude/process-tree.test.ts',
  },

  // The record
  {
    name: 'one running turn a session',
    file: 'db/migrations.ts',
    find: "CREATE UNIQUE INDEX one_running_turn ON turns (session_id) WHERE state = 'running';",
    replace: '',
    trial: 'e2e/api.test.ts',
    tests: 'one of two operators',
  },
  {
    name: 'an idempotency key counts once',
    file: 'server/turns.ts',
    find: 'if (repeated) return repetition(repeated, prompt)',
    replace: '',
    trial: 'e2e/api.test.ts',
    tests: 'Idempotency-Key',
  },
]
