// The life of a persistent process over its turns: where each begins, what it has cost, who lives in it, what it says unasked.
import type { EventBody } from '../../lib/events.ts'
import type { Batch } from '../drivers/driver.ts'
import { createCrew } from './crew.ts'
import type { ClaudeProcess } from './process.ts'
import type { Survivor } from './process-tree.ts'
import { openSpool, type SpoolReader } from './spool.ts'
import { createSpoolLines } from './spool-lines.ts'
import { REMARKS_MAX, remarksOf } from './spool-remarks.ts'
import { createTranslator, type Translation } from './translate.ts'

export type StreamLife = {
  /** Begins to listen: what the process says from here on, it says unasked. */
  rest(): void
  /** Ends listening. @returns where the turn begins in the spool, and what the process has cost until then */
  beginTurn(): { from: number; costBaseUsd: number }
  /** Sees what a turn says, before it is recorded and anything of it is answered. */
  saw(batch: Batch): Promise<void>
  /** Whether the process works on something that nobody asked for. */
  isTalking(): boolean
  /** Ends what the last turn has left running. */
  endLeftovers(): Promise<Survivor[]>
  /** Ends listening for good. */
  close(): void
}

/**
 * @param onRemarks told what the process says between turns, and how far its spool is read with that, in bytes
 */
export function createStreamLife(
  claude: ClaudeProcess,
  onRemarks: (events: EventBody[], spoolOffset: number) => void,
): StreamLife {
  let at = 0
  let spentUsd = 0
  let talking = false
  let ear: { spool: SpoolReader; drain(): void } | null = null
  const crew = createCrew(claude.identity, claude.id)

  function listen() {
    const translator = createTranslator({ resumed: true, costBaseUsd: spentUsd })
    let told = 0
    let events: EventBody[] = []
    const lines = createSpoolLines({
      startOffset: at,
      onLine(line, endOffset) {
        at = endOffset
        const translation = translator.translate(line, Date.now())
        heardUnasked(translation)
        events.push(...remarksOf(translation, line))
      },
    })
    const spool = openSpool(claude.spoolPath, at, drain)
    ear = { spool, drain }
    drain()

    function drain() {
      for (let chunk = spool.read(); chunk; chunk = spool.read()) lines.feed(chunk)
      const remarks = events.slice(0, REMARKS_MAX - told)
      events = []
      told += remarks.length
      if (remarks.length > 0) onRemarks(remarks, at)
    }
  }

  function heardUnasked({ unsolicited, ended, events, question }: Translation) {
    if (unsolicited) talking = true
    if (ended) talking = false
    count(events)
    // Nobody follows it, so nobody could be asked.
    if (question) void deny(claude, question.request_id)
  }

  function count(events: readonly EventBody[]) {
    for (const event of events) if (event.kind === 'result') spentUsd += event.total_cost_usd ?? 0
  }

  function stop() {
    ear?.drain()
    ear?.spool.close()
    ear = null
  }

  return {
    rest() {
      if (ear === null) listen()
    },
    beginTurn() {
      stop()
      return { from: at, costBaseUsd: spentUsd }
    },
    async saw(batch) {
      at = batch.offsets?.spool ?? at
      count(batch.events)
      await crew.saw(batch)
    },
    isTalking: () => talking,
    endLeftovers: crew.endLeftovers,
    close: stop,
  }
}

async function deny(claude: ClaudeProcess, requestId: string) {
  const response = { behavior: 'deny', message: 'No turn is running: nobody could be asked' }
  await claude
    .send({ type: 'control_response', response: { subtype: 'success', request_id: requestId, response } })
    .catch(() => undefined)
}
