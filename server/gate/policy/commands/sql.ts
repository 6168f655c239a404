// What SQL does, by its statements' first words; quotes and comments are seen through.

export type SqlAct = 'look' | 'data-maintain' | 'data-change'

const LOOKING =
  /^(select|show|explain|describe|desc|values|table|set|reset|use|begin|start|commit|end|rollback|savepoint|release|fetch|declare|close|listen|unlisten|checksum|help|status|discard|pragma)$/
const MAINTAINING =
  /^(analyze|vacuum|reindex|checkpoint|kill|flush|optimize|load|notify|refresh|checktable|check)$/
/** Functions that act on the server, by what can be undone of them. */
const ACTING =
  /\b(pg_terminate_backend|pg_cancel_backend|pg_reload_conf|pg_rotate_logfile|pg_switch_wal|pg_wal_replay_(pause|resume)|pg_stat_reset\w*|setval|nextval)\s*\(/
const HARMING =
  /\b(pg_read_(binary_)?file|pg_ls_dir|lo_(import|export|unlink)|dblink\w*|pg_drop_\w+|pg_promote|pg_file_\w+|pg_replication_origin_drop|load_file|sys_exec|sys_eval|xp_cmdshell|load_extension|writefile|edit|pg_logical_emit_message)\s*\(/
const CHANGING = /\b(insert|update|delete|merge|drop|truncate|alter|grant|revoke|create)\b/

/** @returns the worst of the statements; a text that isn't understood counts as a change */
export function judgeSql(text: string): SqlAct {
  let worst: SqlAct = 'look'
  // Whether a backslash escapes a quote depends on the database: both readings count.
  for (const bare of [withoutWords(text, true), withoutWords(text, false)]) {
    if (bare === null) return 'data-change'
    for (const statement of bare.split(';')) {
      const act = judgeStatement(statement.trim().toLowerCase())
      if (act === 'data-change') return act
      if (act === 'data-maintain') worst = act
    }
  }
  return worst
}

function judgeStatement(statement: string): SqlAct {
  const [, word = ''] = /^\(*\s*([a-z]+)/.exec(statement) ?? []
  if (statement === '') return 'look'
  if (HARMING.test(statement)) return 'data-change'
  if (word === 'with') return CHANGING.test(statement) ? 'data-change' : 'look'
  if (word === 'explain' && /\banalyze\b/.test(statement))
    return CHANGING.test(statement) ? 'data-change' : 'look'
  if (word === 'select') {
    if (/\binto\b/.test(statement)) return 'data-change'
    return ACTING.test(statement) ? 'data-maintain' : 'look'
  }
  if (word === 'copy')
    return /\b(from|program)\b/.test(statement) || !/\bto\s+stdout\b/.test(statement) ? 'data-change' : 'look'
  if (word === 'set') return /\b(global|persist|password)\b/.test(statement) ? 'data-change' : 'look'
  if (word === 'pragma')
    return /=|\bwal_checkpoint|\bwritable_schema/.test(statement) ? 'data-change' : 'look'
  if (word === 'vacuum') return /\b(full|into)\b/.test(statement) ? 'data-change' : 'data-maintain'
  if (word === 'load') return 'data-change'
  // PostgreSQL sets a variable back; MySQL throws its binary logs away.
  if (word === 'reset' && /^reset\s+(master|slave|replica|binary|query)\b/.test(statement))
    return 'data-change'
  if (LOOKING.test(word)) return 'look'
  if (MAINTAINING.test(word)) return 'data-maintain'
  return 'data-change'
}

/** Without comments, and with every quoted text emptied; null where a quote does not end. */
function withoutWords(text: string, escapes: boolean): string | null {
  let bare = ''
  for (let at = 0; at < text.length; ) {
    const rest = text.slice(at, at + 200)
    const dollar = /^\$(\w*)\$/.exec(rest)
    const character = text[at] ?? ''
    let end: number
    // MySQL takes `--` for a comment only before a blank; `#` is an operator elsewhere.
    if (/^--(\s|$)/.test(rest)) {
      end = text.indexOf('\n', at)
      at = end < 0 ? text.length : end
      continue
    }
    // MySQL runs what stands in `/*! */`.
    if (rest.startsWith('/*') && !rest.startsWith('/*!')) end = text.indexOf('*/', at + 2) + 2
    else if (dollar) end = text.indexOf(dollar[0], at + dollar[0].length) + dollar[0].length
    else if (/['"`]/.test(character)) {
      end = at + 1
      while (end < text.length && text[end] !== character)
        end += escapes && text[end] === '\\' && character !== '`' ? 2 : 1
      if (end >= text.length) return null
      end++
    } else {
      bare += character
      at++
      continue
    }
    if (end <= at + 1) return null
    bare += ' '
    at = end
  }
  return bare
}
