// Ends what a locked account has running, whoever locked it and in whichever process.
import type { Database } from '../../db/database.ts'
import { createOperatorsTable } from '../../db/operators.ts'
import type { Tables } from '../tables.ts'
import type { Terminals } from '../terminal/terminals.ts'
import type { Turns } from '../turns.ts'
import type { Verbs } from '../verbs/verbs.ts'

/** Half of the promised second: the command on the host writes to the database only. */
const LOOK_MS = 500

/** Stops the turns and verbs of locked accounts, takes their queued prompts out, ends the shells they opened. @returns stops looking */
export function startLockWatch(options: {
  database: Database
  tables: Tables
  turns: Turns
  terminals: Terminals
  verbs: Verbs
}): () => void {
  const { database, tables, turns, terminals, verbs } = options
  const operators = createOperatorsTable(database)
  const timer = setInterval(() => {
    try {
      for (const { name, locked_at } of operators.all()) if (locked_at !== null) end(name)
    } catch {
      // A database that is full or held for a moment: the next look comes soon.
    }
  }, LOOK_MS).unref()

  function end(name: string) {
    const reason = `The account of ${name} is locked`
    turns.stopWhere((turn) => turn.operator === name, { outcome: 'interrupted', by: 'console', reason })
    for (const turn of tables.turns.queued())
      if (turn.operator === name) turns.removeQueued(turn.session_id, turn.id, 'console')
    void verbs.endBy(name, reason)
    for (const { id, operator } of terminals.list())
      if (operator === name) void terminals.end(id, 'console').catch(() => undefined)
  }

  return () => clearInterval(timer)
}
