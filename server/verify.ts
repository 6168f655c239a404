// `breakglass verify`: recomputes the hash chains and holds them against the anchors.
import { existsSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { openDatabase } from '../db/database.ts'
import { createEventsTable, type EventsTable } from '../db/events.ts'
import { createSessionsTable } from '../db/sessions.ts'
import { type Anchor, readAnchors } from './anchors.ts'
import { openDataDirectory } from './data-directory.ts'
import { readEnvironment } from './environment.ts'

/**
 * @param argv `[--session ID] [--anchor FILE]`
 * @returns 0 when everything holds, 1 when something does not (each named by session and seq), 2 for wrong words
 */
export function verify(
  argv: readonly string[],
  print: (line: string) => void,
  complain: (line: string) => void,
): number {
  let values: { session?: string | undefined; anchor?: string | undefined }
  try {
    values = parseArgs({
      args: [...argv],
      options: { session: { type: 'string' }, anchor: { type: 'string' } },
    }).values
  } catch (error) {
    complain(`${(error as Error).message}. Usage: breakglass verify [--session ID] [--anchor FILE]`)
    return 2
  }
  const data = openDataDirectory(readEnvironment().dataDirectory)
  if (!existsSync(data.database)) {
    complain(`There is no record in ${data.path}`)
    return 1
  }
  const anchorFile = values.anchor ?? data.anchors
  if (values.anchor !== undefined && !existsSync(anchorFile)) {
    complain(`There is no anchor file ${anchorFile}`)
    return 1
  }
  const problems: string[] = []
  try {
    const database = openDatabase(data.database, { readonly: true })
    const integrity = database.pragma('integrity_check', { simple: true })
    if (integrity !== 'ok') problems.push(`The database is damaged: ${String(integrity)}`)
    const ids = createSessionsTable(database)
      .ids()
      .filter((id) => values.session === undefined || id === values.session)
    if (values.session !== undefined && ids.length === 0)
      problems.push(`There is no session ${values.session}`)
    const events = createEventsTable(database)
    let counted = 0
    for (const id of ids) {
      const { broken, head } = events.verify(id)
      counted += head.head_seq
      if (broken) problems.push(`Session ${id}, seq ${broken.seq}: ${broken.problem}`)
    }
    const anchors = existsSync(anchorFile) ? readAnchors(anchorFile) : { anchors: [], broken: 0 }
    if (anchors.broken > 0) problems.push(`${anchors.broken} lines of ${anchorFile} are no anchors`)
    problems.push(
      ...checkAnchors(
        anchors.anchors.filter((each) => values.session === undefined || each.session_id === values.session),
        events,
      ),
    )
    database.close()
    if (problems.length === 0) {
      print(`${ids.length} sessions with ${counted} events hold, against ${anchors.anchors.length} anchors`)
    }
  } catch (error) {
    problems.push(
      `The record ${data.database} can't be read: ${(error as Error).message}. Nothing was changed; restore a backup, and keep this file as evidence`,
    )
  }
  for (const problem of problems) complain(problem)
  return problems.length === 0 ? 0 : 1
}

/** An anchor whose event is missing or has another hash: the tail was cut, or the whole was replaced. */
function checkAnchors(anchors: readonly Anchor[], events: EventsTable): string[] {
  return anchors.flatMap(({ session_id, seq, hash, at }) => {
    const current = events.hashAt(session_id, seq)
    if (current === hash) return []
    const what =
      current === null ? 'is missing: the tail was cut' : 'has another hash: the record was replaced'
    return [`Session ${session_id}, seq ${seq}: the event anchored at ${at} ${what}`]
  })
}
