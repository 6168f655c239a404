// Clients of databases and queues: what is asked of them is read where it can be.
import type { Call, Classifier } from '../shell/call.ts'
import { isKnown, UNKNOWN } from '../text.ts'
import { write } from './files.ts'
import { type Options, readOptions } from './options.ts'
import { judgeSql } from './sql.ts'

function judgeText(call: Call, text: string) {
  if (!isKnown(text)) {
    // What is known of it may be enough to refuse it; what isn't may be anything.
    call.emit('data-change', { note: 'The statements are put together only when it runs' })
    return
  }
  const act = judgeSql(text)
  if (act !== 'look') call.emit(act)
}

/** psql's own commands: `\!` runs a shell, `\i` reads a file, `\o` writes one. */
function judgePsql(call: Call, text: string) {
  const statements: string[] = []
  for (const line of text.split('\n')) {
    const [, name, rest = ''] = /^\s*\\([a-z!?+]+)\s*(.*)$/i.exec(line) ?? []
    if (name === undefined) statements.push(line)
    else if (name === '!') call.script(rest, 'psql \\!')
    else if (/^(i|ir|include|copy|gexec|setenv|password)$/.test(name))
      call.emit('data-change', { note: `\\${name}` })
    else if (/^(o|out|g|w|s)$/.test(name) && rest !== '') {
      if (rest.startsWith('|')) call.script(rest.slice(1), 'psql |')
      else write(call, rest)
    }
  }
  const sql = statements.join('\n')
  if (/\\(gexec|!|copy)/.test(sql)) call.emit('data-change', { note: 'A command of psql within a statement' })
  judgeText(call, sql)
}

const psql: Classifier = (call) => {
  const options = readOptions(
    call.args,
    'c d f h p U v F R P T o L command dbname file host port username set output log-file',
  )
  const texts = options.valuesOf('c', 'command')
  for (const text of texts) judgePsql(call, text)
  if (options.has('f', 'file')) {
    const file = options.valueOf('f', 'file') ?? UNKNOWN
    if (file === '-') judgePsql(call, call.stdin)
    else call.emit('data-change', { path: file, note: 'The statements in the file are not read' })
  } else if (texts.length === 0 && !options.has('l', 'list', 'version', 'V')) judgeInput(call, judgePsql)
  for (const path of options.valuesOf('o', 'output', 'L')) write(call, path)
  return undefined
}

function judgeInput(call: Call, judge: (call: Call, text: string) => void) {
  if (call.stdin === UNKNOWN) call.emit('data-change', { note: 'The statements come from another command' })
  else if (call.stdin !== '') judge(call, call.stdin)
}

const mysql: Classifier = (call) => {
  const options = readOptions(
    call.args,
    'e h P u D S execute host port user database socket init-command default-character-set defaults-file protocol',
  )
  const texts = options.valuesOf('e', 'execute', 'init-command')
  for (const text of texts) {
    if (/^\s*(\\!|system\b|source\b|\\\.|tee\b|pager\b)/im.test(text))
      call.emit('unseen-code', { note: 'A command of the client' })
    judgeText(call, text)
  }
  if (!options.has('e', 'execute', 'V', 'version')) judgeInput(call, judgeText)
  return undefined
}

/** Options of whole words behind one dash, as these clients write them, with two. */
function withLongNames(args: readonly string[]): string[] {
  return args.map((arg) => (/^-[a-z]{2,}$/.test(arg) ? `-${arg}` : arg))
}

/** Clients that take their statements by one option or another, else from stdin. */
const query: Classifier = (call) => {
  const options = readOptions(
    withLongNames(call.args),
    'q e f u h d k query execute queries-file file host port user password database username',
  )
  if (options.has('f', 'queries-file', 'file'))
    call.emit('data-change', { note: 'The statements in the file are not read' })
  const texts = options.valuesOf('q', 'e', 'query', 'execute')
  for (const text of texts) judgeText(call, text)
  if (texts.length === 0 && !options.has('V', 'version')) judgeInput(call, judgeText)
  return undefined
}

const sqlite: Classifier = (call) => {
  const options = readOptions(withLongNames(call.args), 'cmd init separator nullvalue newline')
  const [file = UNKNOWN, ...texts] = options.operands
  if (options.has('init')) call.emit('unseen-code', { note: 'Its start file is not read' })
  let isChange = false
  for (const text of [
    ...texts,
    ...options.valuesOf('cmd'),
    ...(texts.length === 0 && call.stdin !== '' ? [call.stdin] : []),
  ]) {
    if (/^\s*\.(shell|system|read|load|import|output|once|save|restore|clone|backup|excel|log)\b/m.test(text))
      call.emit('unseen-code', { note: 'A command of the client' })
    else if (!isKnown(text)) isChange = true
    else if (!/^\s*\./.test(text) && judgeSql(text) !== 'look') isChange = true
  }
  if (options.has('readonly') || !isChange) call.emit('read', { path: file })
  else {
    write(call, file, 'append')
    call.emit('data-change', { path: file })
  }
  return undefined
}

const REDIS_LOOKS =
  /^(ping|info|get|mget|hgetall|hget|hkeys|hlen|hscan|hmget|lrange|llen|lindex|scard|smembers|sismember|sscan|zcard|zrange\w*|zscan|zscore|keys|scan|ttl|pttl|type|exists|strlen|dbsize|time|echo|client list|client info|config get|slowlog get|slowlog len|memory \w+|latency \w+|cluster (info|nodes|slots|shards|keyslot|myid)|role|lastsave|command|monitor|xinfo|xlen|xrange|object|pubsub|sentinel (masters?|slaves|replicas|get-\S+|ckquorum|sentinels)|acl (list|whoami|users)|debug object|wait|randomkey|bitcount|getrange)\b/
const REDIS_MAINTAINS =
  /^(bgsave|save|bgrewriteaof|config rewrite|client kill|config set|slowlog reset|config resetstat|cluster (failover|meet)|sentinel failover)\b/

const redis: Classifier = (call) => {
  const options = readOptions(
    call.args,
    'h p s a u n r i d D t user pass pattern count cacert cert key tls sni eval memkeys-samples',
    true,
  )
  const words = options.operands.join(' ').trim().toLowerCase()
  if (
    options.has(
      'scan',
      'bigkeys',
      'memkeys',
      'hotkeys',
      'stat',
      'latency',
      'latency-history',
      'version',
      'rdb',
    )
  )
    return undefined
  if (options.has('eval', 'pipe')) call.emit('data-change', { note: 'What is run is not read' })
  const lines =
    words === '' ? (call.stdin === UNKNOWN ? ['?'] : call.stdin.toLowerCase().split('\n')) : [words]
  for (const line of lines.map((each) => each.trim()).filter((each) => each !== '')) {
    if (REDIS_MAINTAINS.test(line)) call.emit('data-maintain')
    else if (!REDIS_LOOKS.test(line)) call.emit('data-change', { note: line.split(' ')[0] ?? '' })
  }
  return undefined
}

const restore: Classifier = (call) => {
  if (!readOptions(call.args, 'f d U h p n t j F').has('l', 'list', 'V', 'version')) call.emit('data-change')
  return undefined
}

const dump: Classifier = (call) => {
  const options = readOptions(
    call.args,
    'f d h p U n t T N F j Z S u P file host port username table result-file dbname where ignore-table',
  )
  for (const path of [
    ...options.valuesOf('f', 'file', 'result-file'),
    ...(call.program === 'mysqldump' ? options.valuesOf('r') : []),
  ])
    write(call, path)
  return undefined
}

const asking =
  (looks: (options: Options) => boolean): Classifier =>
  (call) => {
    if (!looks(readOptions(call.args, 'h u P D U p S host port user username'))) call.emit('data-change')
    return undefined
  }

const MONGO_LOOKS =
  /^\s*((db\.(serverStatus|stats|hostInfo|version|currentOp|getReplicationInfo|printReplicationInfo|getCollectionNames|adminCommand\(["']ping["']\)|\w+\.(count|countDocuments|estimatedDocumentCount|stats|getIndexes))|rs\.(status|conf|isMaster|hello|printReplicationInfo|printSecondaryReplicationInfo)|sh\.status)\(\s*\)|show (dbs|databases|collections))[\w.]*\s*;?\s*$/

const mongo: Classifier = (call) => {
  const evaluated = readOptions(call.args, 'eval host port u p username password').valuesOf('eval')
  const only = call.args.filter((arg) => arg === '--eval' || arg.startsWith('--eval=')).length
  if (only === 1 && evaluated.length === 1 && MONGO_LOOKS.test(evaluated[0] ?? '') && call.stdin === '')
    return undefined
  if (
    call.args.some((arg) => arg === '--eval' || arg === '-f' || arg === '--file' || arg.endsWith('.js')) ||
    call.stdin !== ''
  )
    call.emit('data-change', { note: 'Its script is not read' })
  return undefined
}

const each = (names: string, classifier: Classifier) =>
  names.split(' ').map((name): [string, Classifier] => [name, classifier])

export const databases: [string, Classifier][] = [
  ['psql', psql],
  ...each('mysql mariadb', mysql),
  ...each('clickhouse-client clickhouse-local cqlsh influx', query),
  ...each('sqlite3 sqlite', sqlite),
  ...each('redis-cli valkey-cli keydb-cli', redis),
  ...each('pg_restore mysqlimport mongorestore', restore),
  ...each('pg_dump pg_dumpall mysqldump mariadb-dump mongodump pg_basebackup', dump),
  ...each(
    'dropdb dropuser createuser pg_resetwal pg_rewind initdb pg_upgrade',
    asking(({ has }) => has('V', 'version', 'n', 'dry-run')),
  ),
  [
    'createdb',
    (call) => {
      call.emit('data-maintain')
      return undefined
    },
  ],
  ...each('vacuumdb reindexdb', (call) => {
    call.emit(call.args.some((arg) => /^(-f|--full)$/.test(arg)) ? 'data-change' : 'data-maintain')
    return undefined
  }),
  ...each('mongosh mongo', mongo),
]
