// `breakglass verify`: recomputes the hash chains and holds them against the anchors.
import { existsSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { type Database, openDatabase } from '../db/database.ts'
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
    // Before the record is read: an anchor is written after its event, so that each of these has to be there.
    const { anchors, broken } = existsSync(anchorFile) ? readAnchors(anchorFile) : { anchors: [], broken: 0 }
    if (broken > 0) problems.push(`${broken} lines of ${anchorFile} are no anchors`)
    const database = openDatabase(data.database, { readonly: true })
    // One snapshot: a console that writes meanwhile must not look like a cut tail.
    const summary = database.transaction(() => check(database, anchors, values.session, problems))()
    database.close()
    if (problems.length === 0) print(summary)
  } catch (error) {
    problems.push(
      `The record ${data.database} can't be read: ${(error as Error).message}. Nothing was changed; restore a backup, and keep this file as evidence`,
    )
  }
  for (const problem of problems) complain(problem)
  return problems.length === 0 ? 0 : 1
}

/** @returns what was checked, in words; what does not hold is added to `problems` */
function check(
  database: Database,
  anchors: readonly Anchor[],
  session: string | undefined,
  problems: string[],
): string {
  const wanted = (id: string) => session === undefined || id === session
  const integrity = database.pragma('integrity_check', { simple: true })
  if (integrity !== 'ok') problems.push(`The database is damaged: ${String(integrity)}`)
  const ids = createSessionsTable(database).ids().filter(wanted)
  if (session !== undefined && ids.length === 0) problems.push(`There is no session ${session}`)
  const events = createEventsTable(database)
  let counted = 0
  for (const id of ids) {
    const { broken, head } = events.verify(id)
    counted += head.head_seq
    if (broken) problems.push(`Session ${id}, seq ${broken.seq}: ${broken.problem}`)
  }
  const held = anchors.filter(({ session_id }) => wanted(session_id))
  problems.push(...checkAnchors(held, events))
  return `${ids.length} sessions with ${counted} events hold, against ${held.length} anchors`
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
