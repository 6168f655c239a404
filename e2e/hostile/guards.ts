// Every guard that a trial depends on, and how it is switched off.
import { type Guard, guardsOf } from './guard.ts'

const raw = guardsOf('server/front-door/raw-checks.ts', 'server/front-door/raw-checks.test.ts')
const headers = guardsOf('server/front-door/headers.ts', 'server/front-door/raw-checks.test.ts')
const origin = guardsOf('server/http/check-origin.ts', 'server/http/route.test.ts')
const route = guardsOf('server/http/route.ts', 'server/http/route.test.ts')
const input = guardsOf('server/http/read-input.ts', 'server/http/route.test.ts')
const limits = guardsOf('server/front-door/limits.ts', 'server/front-door/limits.test.ts')
const throttle = guardsOf('server/auth/throttle.ts', 'server/auth/auth.test.ts')
const auth = guardsOf('server/auth/auth.ts', 'server/auth/auth.test.ts')
const tokens = guardsOf('server/auth/auth.ts', 'server/auth/account-commands.test.ts')
const gate = guardsOf('server/gate/gate.ts', 'e2e/gate.test.ts')
const answers = guardsOf('server/gate/answers.ts', 'server/gate/gate.test.ts')
const questions = guardsOf('server/gate/gate.ts', 'server/gate/gate.test.ts')
const grants = guardsOf('server/gate/grants.ts', 'server/gate/gate.test.ts')
const verdicts = guardsOf('server/gate/policy/rules.ts', 'server/gate/policy/policy-file.test.ts')
const hook = guardsOf('server/gate/permission-hook.ts', 'server/gate/permission-hook.test.ts')
const processes = guardsOf('server/claude/process-table.ts', 'server/claude/process-tree.test.ts')
const schema = guardsOf('db/migrations.ts', 'db/database.test.ts')
const database = guardsOf('db/database.ts', 'db/database.test.ts')
const recorder = guardsOf('server/recorder.ts', 'server/recorder.test.ts')
const turns = guardsOf('server/turns.ts', 'e2e/api.test.ts')

const WEB: readonly Guard[] = [
  raw('Host is on the list', 'origins.of(host).length > 0', 'host.length > 0'),
  raw('a header comes once', 'seen.has(name) && ONCE.has(name)', 'seen.size < 0'),
  raw('HTTP/1.1 only', "request.httpVersion !== '1.1'", "request.httpVersion === '0.9'"),
  raw('the target is a plain path', "if (!target.startsWith('/'))", 'if (target === null)'),
  raw('nobody else sets our headers', 'if (STRIPPED.test(name))', "if (name === '')"),
  raw('a body has an end', 'Number(length ?? 0) <= limit', 'limit > 0'),
  headers('scripts run by nonce only', "'strict-dynamic'`", "'unsafe-inline'`"),
  origin('Origin is the console’s', '!allowed.includes(origin)', 'false'),
  origin('the browser says same-origin', "site !== 'same-origin' &&", "site === '' &&"),
  origin('the CSRF header belongs to the login', '    csrf &&\n', '    !csrf &&\n'),
  route(
    'nobody comes in without a login',
    "!identity && spec.access !== 'public'",
    '!identity && spec.passive',
  ),
  route('a role is needed', 'RANK[identity.operator.role] < RANK[spec.access]', 'RANK[spec.access] < 0'),
  input('bytes of a body are counted', 'if (length > maxBytes)', 'if (length < 0)'),
]

const SIGN_IN: readonly Guard[] = [
  throttle(
    'a block lasts',
    'row && row.blocked_until_ms > now()',
    'row && row.failures < 0',
    'blocks an address',
  ),
  auth('a login expires', 'if (logins.isExpired(login) || ', 'if (', 'refuses a login after'),
  auth(
    'a locked operator is out',
    '!login || !operator || operator.locked_at !== null',
    '!login || !operator',
    'whose login has been left',
  ),
  tokens(
    'a gateway token opens nothing else',
    "identity?.scope === 'console' ? identity : null",
    'identity',
    'token of the gateway',
  ),
]

const LOCKS: readonly Guard[] = [
  guardsOf('server/auth/lock-watch.ts', 'e2e/operators.test.ts')(
    'a lock ends what is running',
    'if (locked_at !== null) end(name)',
    "if (locked_at === '') end(name)",
    'through the API',
  ),
]

const GATE: readonly Guard[] = [
  gate(
    'what is asked waits for an operator',
    'toDecision(row) ?? new Promise',
    "toDecision(row) ?? { behavior: 'allow' } ?? new Promise",
    'tells the model why when a call is denied',
  ),
  questions('what may never run is refused', "never: 'denied'", "never: 'allowed'"),
  questions('two people are two', "verdict === 'ask_two' ? 2 : 1", "verdict === 'allow' ? 2 : 1"),
  questions(
    'what nobody answers is denied',
    'for (const row of table.overdue(now))',
    "for (const row of table.overdue(''))",
  ),
  questions(
    'what was allowed for a session is taken back',
    'also: () => void grants.revoke(id, operator, now)',
    'also: () => void now',
  ),
  answers('an answer counts once', "if (row.state !== 'pending') throw tooLate(row)", ''),
  answers(
    'the same person is not a second one',
    "if (own && answer.decision === 'allow' && !answer.override)",
    "if (own && own.operator === '')",
  ),
  answers(
    'only an admin overrides',
    "if (override && by.role !== 'admin')",
    "if (override && by.name === '')",
  ),
  answers(
    'what may differ is not allowed for a session',
    "scope === 'session' && row.grant_key === null",
    "scope === 'session' && row.id === ''",
  ),
  grants(
    'a grant is of one call',
    'JSON.stringify([tool_name, rule, axis, what])',
    'JSON.stringify([tool_name, rule, axis])',
  ),
  verdicts(
    'what only may fit is not allowed',
    "rule.verdict === 'allow' ? globCovers : globsMeet",
    'globsMeet',
  ),
  guardsOf('server/gate/gate.ts', 'server/gate/answers.test.ts')(
    'what the policy refuses by now nobody allows',
    "if (verdict !== 'never') return row",
    "if (verdict !== 'allow') return row",
  ),
  guardsOf('db/approvals.ts', 'server/gate/answers.test.ts')(
    'who was locked does not count as a second person',
    "locked_at IS NOT NULL OR role = 'viewer'",
    "role = 'viewer'",
  ),
  guardsOf('server/gate/policy/shell/call.ts', 'server/gate/follow-links.test.ts')(
    'links out of the workspace are followed',
    'if (from === undefined || path.includes(UNKNOWN)) return path',
    "if (from !== '') return path",
  ),
  hook('the second question needs the first', 'if (count === 0) return null', 'if (count < 0) return null'),
  hook('only the TUI’s own hook is answered', 'if (!isOurs(request, secret))', "if (secret === '')"),
]

const met = guardsOf('server/containment/met-limits.ts', 'server/containment/met-limits.test.ts')
const limited = guardsOf('server/containment/tool-limits.ts', 'e2e/hostile/limits.test.ts')

const PROCESSES: readonly Guard[] = [
  limited('a file ends at its limit', 'ulimit -f "$1";', 'true;', 'a file of 10 GB'),
  met('a limit that was met is told', 'if (!entry.pause) look(id)', 'entry.pause = null'),
  limited('descriptors end at their limit', 'ulimit -n "$2";', 'true;', 'descriptors run out'),
  limited('processes end at their limit', 'ulimit -u "$3" || ulimit -p "$3";', 'true;', 'fork bomb'),
  processes('descendants belong to the tree', '!family.has(entry.parent)', 'entry.pid > 0'),
  processes(
    'the marker belongs to the tree',
    'isFounder(entry) || carriesMarker(entry.pid, marker)',
    'isFounder(entry)',
  ),
  processes(
    'a pid alone is nobody',
    'founder.pid === pid && founder.startTime === startTime',
    'founder.pid === pid',
  ),
]

const EARLY = `publish(entry, [])
    const recorded = commit.immediate(entry)
`

const RECORD: readonly Guard[] = [
  database('a commit is on disk', "database.pragma('synchronous = FULL')", ''),
  recorder('nothing is published before it is recorded', 'const recorded = commit.immediate(entry)\n', EARLY),
  schema(
    'one running turn a session',
    "CREATE UNIQUE INDEX one_running_turn ON turns (session_id) WHERE state = 'running';",
    '',
  ),
  schema('events are not changed', 'BEFORE UPDATE ON events', 'BEFORE UPDATE ON settings'),
  schema('events are not removed', 'BEFORE DELETE ON events', 'BEFORE DELETE ON settings'),
  turns(
    'an idempotency key counts once',
    'if (repeated) return repetition(repeated, prompt)',
    '',
    'Idempotency-Key',
  ),
]

const STREAMS: readonly Guard[] = [
  limits(
    'who reads nothing is dropped',
    'response.socket.writableLength > 0',
    'response.socket.writableLength < 0',
    'reads nothing',
  ),
  limits('a header comes in time', 'headersTimeout: 10_000', 'headersTimeout: 0', 'dribbles'),
  limits('a request comes in time', 'requestTimeout: 60_000', 'requestTimeout: 0', 'dribbles'),
  guardsOf('server/streams/follow-session.ts', 'server/streams/follow-session.test.ts')(
    'who comes late sees what a command wrote',
    'for (const tail of channel.tails(sessionId)) if (hasRoom()) emit(tail)',
    '',
  ),
  guardsOf('server/front-door/fill-refusals.ts', 'server/front-door/fill-refusals.test.ts')(
    'a 405 names the methods there are',
    "response.setHeader('allow', methods)",
    '',
  ),
]

const masks = guardsOf('server/redaction/redact.ts', 'server/redaction/redact.test.ts')
const shown = guardsOf('server/redaction/display.ts', 'e2e/browser/redaction.test.ts')

const SECRETS: readonly Guard[] = [
  masks('secrets are masked', 'return before + maskOf(name, ', 'return before + String('),
  guardsOf('server/redaction/held-text.ts', 'server/redaction/redact.test.ts')(
    'a secret in two pieces is held',
    'let cut = startOfOpen(held)',
    'let cut = held.length',
  ),
  guardsOf('server/redaction/shown-channel.ts', 'server/redaction/shown-channel.test.ts')(
    'what is published is masked',
    'events.flatMap((event) => show(sessionId, event))',
    'events.slice()',
  ),
  guardsOf('server/redaction/redaction-config.ts', 'server/redaction/redaction-config.test.ts')(
    'no pattern takes forever',
    'if (/[*+]|\\{\\d+,\\}/.test(plain))',
    "if (plain === '')",
  ),
  shown(
    'what is read back is masked',
    '.map((event) => showEvent(event, redaction))',
    '.map((event) => event)',
    'all that is shown',
  ),
  shown('raw is for admins', "if (role !== 'admin')", "if (name === '')", 'to an admin only'),
]

const HOST: readonly Guard[] = [
  guardsOf('server/clock.ts', 'server/clock.test.ts')(
    'a jump of the clock is seen',
    'Math.abs(by) > JUMP_MS',
    'Math.abs(by) < 0',
  ),
  guardsOf('server/auth/password.ts', 'server/auth/password.test.ts')(
    'a password is dear to guess',
    'const LOG_COST = 17',
    'const LOG_COST = 10',
  ),
  guardsOf('server/http/read-input.ts', 'e2e/hostile/bytes.test.ts')(
    'what is recorded can be read back',
    '.decode(bytes), asText)',
    '.decode(bytes))',
    'under one key',
  ),
  guardsOf('server/moving-ends.ts', 'server/moving-ends.test.ts')(
    'ends move with a clock that is set',
    'Math.abs(byMs) > JUMP_MS',
    'Math.abs(byMs) < 0',
  ),
  guardsOf('server/recorder.ts', 'e2e/hostile/locked.test.ts')(
    'a held database is waited for',
    'if (isBusy(error)) {',
    "if (isBusy(error) && trouble === '') {",
  ),
  guardsOf('server/sessions.ts', 'e2e/hostile/workspace.test.ts')(
    'a workspace is where it should be',
    'lstatSync(workspace).isSymbolicLink() || realpathSync(workspace) !== workspace',
    'lstatSync(workspace).isFile() || realpathSync(workspace) === id',
    'a link to elsewhere',
  ),
  guardsOf('server/claude/launch.ts', 'e2e/hostile/workspace.test.ts')(
    'no settings file of a workspace is read',
    "'--setting-sources', '',",
    "'--setting-sources', 'project,local',",
    'its settings or its servers',
  ),
]

export const GUARDS: readonly Guard[] = [
  ...WEB,
  ...SIGN_IN,
  ...LOCKS,
  ...GATE,
  ...PROCESSES,
  ...RECORD,
  ...STREAMS,
  ...SECRETS,
  ...HOST,
]
