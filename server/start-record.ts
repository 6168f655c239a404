// The record of a running console: its database, its tables, what writes it, what it is published by, and its anchors.
import { startAnchoring } from './anchors.ts'
import type { Config } from './config.ts'
import type { DataDirectory } from './data-directory.ts'
import type { Environment } from './environment.ts'
import type { Log } from './log.ts'
import { openRecord } from './open-record.ts'
import { createRecorder } from './recorder.ts'
import type { Parts } from './redaction/display.ts'
import { startRedaction } from './redaction/start-redaction.ts'
import { createTables } from './tables.ts'

/** @throws Error with plain words when the database can't be opened */
export function startRecord(options: {
  config: Config
  environment: Environment
  data: DataDirectory
  log: Log
}) {
  const { config, environment, data, log } = options
  const database = openRecord(data)
  const tables = createTables(database)
  const { channel, display, mask } = startRedaction(config, environment)
  data.keepBallast()
  const recorder = createRecorder({
    database,
    events: tables.events,
    channel,
    onDiskTrouble(problem) {
      if (data.giveUpBallast()) log.error({ problem }, 'The record finds no space: the ballast was given up')
    },
  })
  const anchoring = startAnchoring({
    path: data.anchors,
    heads: tables.sessions.heads,
    onProblem: (problem) => log.error({ problem }, 'The heads of the record are not anchored'),
  })
  return {
    ...{ database, tables, channel, recorder },
    /** What people look through: the parts, masked. */
    display: (parts: Parts) => display(parts, recorder),
    /** For what else people are shown. */
    mask,
    /** Puts the heads of all sessions where a change of the database can't reach them. */
    anchor: anchoring.anchor,
    close() {
      anchoring.close()
      database.close()
    },
  }
}
