// The database's schema as numbered steps; `PRAGMA user_version` counts the ones that have run.

export const MIGRATIONS: readonly string[] = [
  /* 1: accounts, sessions, turns, processes, the record */ `
CREATE TABLE settings (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT;

CREATE TABLE operators (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL UNIQUE COLLATE NOCASE,
  role TEXT NOT NULL CHECK (role IN ('viewer', 'operator', 'admin')),
  password_hash TEXT NOT NULL,
  created_at TEXT NOT NULL,
  locked_at TEXT
) STRICT;

CREATE TABLE logins (
  token_hash TEXT PRIMARY KEY,
  operator_id TEXT NOT NULL REFERENCES operators (id) ON DELETE CASCADE,
  csrf_token TEXT NOT NULL,
  created_at_ms INTEGER NOT NULL,
  last_seen_ms INTEGER NOT NULL,
  address TEXT NOT NULL,
  user_agent TEXT NOT NULL
) STRICT;
CREATE INDEX logins_by_operator ON logins (operator_id);

CREATE TABLE tokens (
  id TEXT PRIMARY KEY,
  label TEXT NOT NULL,
  operator_id TEXT NOT NULL REFERENCES operators (id) ON DELETE CASCADE,
  token_hash TEXT NOT NULL UNIQUE,
  created_at TEXT NOT NULL,
  last_used_at TEXT,
  revoked_at TEXT
) STRICT;

CREATE TABLE sign_in_failures (
  address TEXT PRIMARY KEY,
  failures INTEGER NOT NULL,
  first_failed_ms INTEGER NOT NULL,
  blocks INTEGER NOT NULL DEFAULT 0,
  blocked_until_ms INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE sessions (
  id TEXT PRIMARY KEY,
  reason TEXT NOT NULL,
  title TEXT NOT NULL,
  ticket TEXT,
  kind TEXT NOT NULL CHECK (kind IN ('incident', 'drill')),
  drill TEXT,
  driver TEXT NOT NULL,
  provider TEXT NOT NULL,
  model TEXT,
  minutes INTEGER NOT NULL,
  operator TEXT NOT NULL,
  workspace TEXT NOT NULL,
  cli_session_id TEXT NOT NULL,
  claude_version TEXT,
  created_at TEXT NOT NULL,
  last_event_at TEXT NOT NULL,
  held INTEGER NOT NULL DEFAULT 0,
  closed_at TEXT,
  outcome TEXT CHECK (outcome IN ('resolved', 'mitigated', 'abandoned')),
  summary TEXT,
  head_seq INTEGER NOT NULL DEFAULT 0,
  head_hash TEXT NOT NULL
) STRICT;
CREATE INDEX sessions_by_time ON sessions (created_at DESC, id DESC);

CREATE TABLE processes (
  id TEXT PRIMARY KEY,
  session_id TEXT NOT NULL REFERENCES sessions (id),
  driver TEXT NOT NULL,
  launch_key TEXT NOT NULL,
  directory TEXT NOT NULL,
  pid INTEGER,
  start_time TEXT,
  boot_id TEXT,
  spool_offset INTEGER NOT NULL DEFAULT 0,
  stderr_offset INTEGER NOT NULL DEFAULT 0,
  created_at TEXT NOT NULL,
  ended_at TEXT
) STRICT;
CREATE INDEX processes_living ON processes (session_id) WHERE ended_at IS NULL;

CREATE TABLE turns (
  position INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  session_id TEXT NOT NULL REFERENCES sessions (id),
  operator TEXT NOT NULL,
  prompt TEXT NOT NULL,
  idempotency_key TEXT,
  state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'ended', 'removed')),
  outcome TEXT,
  process_id TEXT REFERENCES processes (id),
  prompt_sent INTEGER NOT NULL DEFAULT 0,
  stop_requested_by TEXT,
  created_at TEXT NOT NULL,
  started_at TEXT,
  deadline_at TEXT,
  ended_at TEXT,
  cost_usd REAL,
  input_tokens INTEGER,
  output_tokens INTEGER,
  UNIQUE (session_id, idempotency_key)
) STRICT;
CREATE INDEX turns_by_session ON turns (session_id, position);
CREATE UNIQUE INDEX one_running_turn ON turns (session_id) WHERE state = 'running';

CREATE TABLE events (
  session_id TEXT NOT NULL REFERENCES sessions (id),
  seq INTEGER NOT NULL,
  kind TEXT NOT NULL,
  at TEXT NOT NULL,
  monotonic_ms INTEGER NOT NULL,
  turn_id TEXT,
  payload TEXT NOT NULL,
  hash TEXT NOT NULL,
  PRIMARY KEY (session_id, seq)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER events_are_final_update BEFORE UPDATE ON events
BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;
CREATE TRIGGER events_are_final_delete BEFORE DELETE ON events
BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;

CREATE TABLE approvals (
  id TEXT PRIMARY KEY,
  session_id TEXT NOT NULL REFERENCES sessions (id),
  turn_id TEXT NOT NULL,
  process_id TEXT NOT NULL,
  request_id TEXT NOT NULL,
  tool_use_id TEXT NOT NULL,
  tool_name TEXT NOT NULL,
  input TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('pending', 'allowed', 'denied', 'expired')),
  operator TEXT,
  reason TEXT,
  delivered INTEGER NOT NULL DEFAULT 0,
  created_at TEXT NOT NULL,
  decided_at TEXT,
  UNIQUE (process_id, request_id)
) STRICT;
CREATE INDEX approvals_open ON approvals (state) WHERE state = 'pending';
`,
  /* 2: terminals */ `
CREATE TABLE terminals (
  id TEXT PRIMARY KEY,
  session_id TEXT NOT NULL REFERENCES sessions (id),
  kind TEXT NOT NULL CHECK (kind IN ('shell', 'agent')),
  title TEXT NOT NULL,
  operator TEXT,
  cols INTEGER NOT NULL,
  rows INTEGER NOT NULL,
  pid INTEGER,
  start_time TEXT,
  boot_id TEXT,
  created_at TEXT NOT NULL,
  ended_at TEXT,
  exit_code INTEGER,
  reason TEXT
) STRICT;
CREATE INDEX terminals_by_session ON terminals (session_id, created_at);
CREATE INDEX terminals_living ON terminals (id) WHERE ended_at IS NULL;
`,
  /* 3, gateway: tokens that speak to it alone, its sessions, what conversations stood at their ends */ `
ALTER TABLE tokens ADD COLUMN scope TEXT NOT NULL DEFAULT 'console' CHECK (scope IN ('console', 'gateway'));

CREATE TABLE gateway_sessions (
  session_id TEXT PRIMARY KEY REFERENCES sessions (id),
  system TEXT,
  ended_at TEXT
) STRICT;
CREATE INDEX gateway_sessions_open ON gateway_sessions (session_id) WHERE ended_at IS NULL;

CREATE TABLE gateway_histories (
  position INTEGER PRIMARY KEY,
  fingerprint TEXT NOT NULL UNIQUE,
  parent TEXT,
  session_id TEXT NOT NULL REFERENCES sessions (id),
  messages TEXT NOT NULL,
  created_at TEXT NOT NULL
) STRICT;
`,
  /* 4: the kill switch */ `
CREATE TABLE kills (
  engaged_at TEXT PRIMARY KEY,
  operator TEXT NOT NULL,
  reason TEXT,
  sessions TEXT NOT NULL,
  stopped TEXT NOT NULL,
  survivors TEXT,
  lifted_at TEXT,
  lifted_by TEXT
) STRICT;
`,
  /* 5, gate: which rule decided, answers of two people, answers for a whole session, time-outs */ `
ALTER TABLE approvals ADD COLUMN verdict TEXT NOT NULL DEFAULT 'ask';
ALTER TABLE approvals ADD COLUMN axis TEXT NOT NULL DEFAULT 'irreversible';
ALTER TABLE approvals ADD COLUMN rule TEXT NOT NULL DEFAULT '';
ALTER TABLE approvals ADD COLUMN needed INTEGER NOT NULL DEFAULT 1;
ALTER TABLE approvals ADD COLUMN expires_at TEXT;
ALTER TABLE approvals ADD COLUMN scope TEXT;
ALTER TABLE approvals ADD COLUMN override INTEGER NOT NULL DEFAULT 0;
ALTER TABLE approvals ADD COLUMN answers TEXT;
ALTER TABLE approvals ADD COLUMN grant_key TEXT;
ALTER TABLE approvals ADD COLUMN granted_by TEXT REFERENCES approvals (id);

CREATE TABLE approval_votes (
  approval_id TEXT NOT NULL REFERENCES approvals (id),
  operator TEXT NOT NULL,
  decision TEXT NOT NULL CHECK (decision IN ('allow', 'deny')),
  at TEXT NOT NULL,
  PRIMARY KEY (approval_id, operator)
) STRICT;

CREATE TABLE grants (
  approval_id TEXT PRIMARY KEY REFERENCES approvals (id),
  session_id TEXT NOT NULL REFERENCES sessions (id),
  grant_key TEXT NOT NULL,
  granted_at TEXT NOT NULL,
  revoked_at TEXT,
  revoked_by TEXT
) STRICT;
CREATE UNIQUE INDEX grants_open ON grants (session_id, grant_key) WHERE revoked_at IS NULL;
`,
  /* 6: the time box of a session */ `
ALTER TABLE sessions ADD COLUMN ends_at TEXT;
ALTER TABLE sessions ADD COLUMN time_box_told TEXT NOT NULL DEFAULT 'nothing'
  CHECK (time_box_told IN ('nothing', 'warning', 'end'));
UPDATE sessions SET ends_at = strftime('%Y-%m-%dT%H:%M:%fZ', created_at, '+' || minutes || ' minutes')
  WHERE id NOT IN (SELECT session_id FROM gateway_sessions);
CREATE INDEX sessions_open_by_end ON sessions (ends_at) WHERE closed_at IS NULL;
`,
  /* 7: runs of verbs */ `
CREATE TABLE verb_runs (
  id TEXT PRIMARY KEY,
  session_id TEXT NOT NULL REFERENCES sessions (id),
  name TEXT NOT NULL,
  operator TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('evidence', 'awaiting', 'running', 'ended')),
  pid INTEGER,
  start_time TEXT,
  boot_id TEXT,
  created_at TEXT NOT NULL,
  ended_at TEXT
) STRICT;
CREATE INDEX verb_runs_living ON verb_runs (id) WHERE ended_at IS NULL;
`,
  /* 8: lines of the CLI that nobody knows are counted */ `
ALTER TABLE sessions ADD COLUMN raw_count INTEGER NOT NULL DEFAULT 0;
UPDATE sessions SET raw_count = (SELECT count(*) FROM events e WHERE e.session_id = sessions.id AND e.kind = 'raw');
CREATE TRIGGER raw_events_are_counted AFTER INSERT ON events WHEN NEW.kind = 'raw'
BEGIN UPDATE sessions SET raw_count = raw_count + 1 WHERE id = NEW.session_id; END;
`,
  /* 9: observer links, logins that have shown their password again */ `
CREATE TABLE observers (
  id TEXT PRIMARY KEY,
  session_id TEXT NOT NULL REFERENCES sessions (id),
  label TEXT NOT NULL,
  token_hash TEXT NOT NULL UNIQUE,
  created_by TEXT NOT NULL,
  created_at TEXT NOT NULL,
  expires_at TEXT NOT NULL,
  opened_at TEXT,
  revoked_at TEXT,
  revoked_by TEXT
) STRICT;
CREATE INDEX observers_by_session ON observers (session_id, created_at);

ALTER TABLE logins ADD COLUMN stepped_up_until_ms INTEGER NOT NULL DEFAULT 0;
`,
  /* 10: budgets of sessions */ `
CREATE TABLE budgets (
  session_id TEXT PRIMARY KEY REFERENCES sessions (id),
  turns INTEGER,
  usd REAL,
  minutes REAL,
  warned TEXT NOT NULL DEFAULT '',
  spent TEXT NOT NULL DEFAULT ''
) STRICT;
`,
  /* 11: requests for verbs that may be repeated */ `
CREATE TABLE verb_keys (
  session_id TEXT NOT NULL REFERENCES sessions (id),
  key TEXT NOT NULL,
  run_id TEXT NOT NULL REFERENCES verb_runs (id),
  asked TEXT NOT NULL,
  PRIMARY KEY (session_id, key)
) STRICT;
`,
]
