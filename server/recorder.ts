// Commits events to the record, then publishes them: what a browser has seen is on disk.
import { setTimeout as sleep } from 'node:timers/promises'
import { type Database, isBusy, isDatabaseError, isDiskTrouble } from '../db/database.ts'
import type { EventsTable } from '../db/events.ts'
import { isPassing } from '../lib/event-checks.ts'
import type { EventBody, RecordedEvent, StreamEvent } from '../lib/events.ts'
import type { Channel } from './channel.ts'

/** How soon a commit that another process's lock kept out is tried again. */
const BUSY_PAUSE_MS = 50
/** How soon a commit that found no space is tried again. */
const DISK_PAUSE_MS = 500

export type Entry = {
  sessionId: string
  turnId: string | null
  /** In order; passing ones are published and not recorded. */
  events: readonly EventBody[]
  /** Rows that stand or fall with the events; runs inside their transaction, before them. */
  also?: () => void
}

export type Recorder = {
  /**
   * Commits events in one transaction with the rows that belong to them, then publishes them.
   * A lock or a full disk is waited out: the CLI's spool holds what follows, so nothing is lost.
   *
   * @throws Error what `also` throws; nothing is recorded then
   */
  record(entry: Entry): Promise<RecordedEvent[]>
  /**
   * The same, for requests: a lock or a full disk is an error at once.
   * @throws Error what SQLite or `also` throws; nothing is recorded then
   */
  recordNow(entry: Entry): RecordedEvent[]
  /** Why the record can't be written at this moment, or null. */
  trouble(): string | null
  /** Nothing more is recorded; what waits for a lock or for space is given up with an error. */
  close(): void
}

/**
 * @param onDiskTrouble gives up what room there is to give, and stops what fills the disk; called at each failed try
 */
export function createRecorder(options: {
  database: Database
  events: EventsTable
  channel: Channel
  onDiskTrouble: (problem: string) => void
}): Recorder {
  const { database, events: table, channel, onDiskTrouble } = options
  let trouble: string | null = null
  let closed = false

  const commit = database.transaction((entry: Entry) => {
    entry.also?.()
    const lasting = entry.events.filter((event) => !isPassing(event))
    return table.append(entry.sessionId, entry.turnId, lasting, Date.now(), performance.now())
  })

  function recordNow(entry: Entry): RecordedEvent[] {
    if (closed) throw new Error('The console is stopping and records nothing more')
    const recorded = commit.immediate(entry)
    trouble = null
    publish(entry, recorded)
    return recorded
  }

  function publish(entry: Entry, recorded: readonly RecordedEvent[]) {
    const at = new Date().toISOString()
    const turn = entry.turnId ? { turn_id: entry.turnId } : {}
    let next = 0
    const published = entry.events.map((event): StreamEvent => {
      if (isPassing(event)) return { ...event, at, ...turn }
      return recorded[next++] as RecordedEvent
    })
    channel.publish(entry.sessionId, published)
    if (recorded.some(changesLists)) channel.publishChange()
  }

  return {
    recordNow,
    async record(entry) {
      if (entry.events.every(isPassing) && !entry.also) {
        publish(entry, [])
        return []
      }
      for (;;) {
        try {
          return recordNow(entry)
        } catch (error) {
          if (isBusy(error)) {
            trouble = 'Another process holds the database; the record waits for it'
            await sleep(BUSY_PAUSE_MS)
          } else if (isDiskTrouble(error)) {
            trouble = `The record can't be written: ${(error as Error).message}`
            onDiskTrouble(trouble)
            await sleep(DISK_PAUSE_MS)
          } else {
            if (isDatabaseError(error)) trouble = `The record can't be written: ${(error as Error).message}`
            throw error
          }
        }
      }
    },
    trouble: () => trouble,
    close() {
      closed = true
    },
  }
}

/** Whether a list of sessions looks different after this event. */
function changesLists({ kind }: RecordedEvent): boolean {
  return (
    kind === 'prompt' || kind === 'result' || kind === 'error' || kind === 'control' || kind === 'approval'
  )
}
