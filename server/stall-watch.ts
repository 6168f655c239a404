// Tells a slow tool from a dead stream: says once what a turn waits for when nothing has moved for a while.
import { isTerminal } from '../lib/event-checks.ts'
import type { BodyOf, EventBody } from '../lib/events.ts'
import { describeCall, isSubagent } from '../lib/tool-call.ts'

const LOOK_MS = 1_000
const LABEL_CHARACTERS = 200

type Stalled = BodyOf<'control'>
type OpenCall = { id: string; name: string; what: string }

export type StallWatch = {
  /** Something has moved. @returns what is to be recorded before it */
  saw(events: readonly EventBody[]): EventBody[]
  close(): void
}

/**
 * @param options.openCalls calls that an earlier console left running
 * @param options.isWaiting whether a person is waited for, which is no stall
 * @param options.tell records the stall; called once a stall
 */
export function createStallWatch(options: {
  stallMs: number
  openCalls: readonly { toolUseId: string; name: string }[]
  isWaiting: () => boolean
  tell: (event: Stalled) => unknown
}): StallWatch {
  const { stallMs, isWaiting, tell } = options
  const open = new Map<string, OpenCall>(
    options.openCalls.map(({ toolUseId: id, name }) => [id, { id, name, what: '' }]),
  )
  let lastMove = performance.now()
  let stalled = false
  const timer = setInterval(look, LOOK_MS).unref()

  function look() {
    const quietMs = performance.now() - lastMove
    if (isWaiting()) lastMove = performance.now()
    else if (!stalled && quietMs >= stallMs) {
      stalled = true
      try {
        tell(describe(quietMs))
      } catch {
        // A record that can't be written at this moment says less; the turn goes on.
      }
    }
  }

  function describe(quietMs: number): Stalled {
    const call = [...open.values()].findLast(({ name }) => !isSubagent(name))
    const seconds = Math.round(quietMs / 1000)
    const base = { kind: 'control', action: 'stalled', operator: 'console', seconds } as const
    if (!call) return { ...base, what: 'model', reason: `No word from the model for ${seconds} s` }
    const said = [call.name === 'Bash' ? '' : call.name, call.what].filter(Boolean).join(' ')
    return {
      ...base,
      ...{ what: 'tool', tool_use_id: call.id, tool_name: call.name },
      reason: `Nothing from the tool for ${seconds} s: ${said || call.name}`,
    }
  }

  return {
    saw(events) {
      for (const event of events) {
        if (isTerminal(event)) clearInterval(timer) // nothing of the turn follows its end
        if (event.kind !== 'tool') continue
        const id = event.tool_use_id
        if (event.phase === 'output') open.delete(id)
        else if (event.phase === 'call') {
          const name = event.name ?? ''
          open.set(id, {
            id,
            name,
            what: describeCall(name, event.input ?? {}).what.slice(0, LABEL_CHARACTERS),
          })
        }
      }
      if (events.length === 0) return []
      const seconds = Math.round((performance.now() - lastMove) / 1000)
      lastMove = performance.now()
      if (!stalled) return []
      stalled = false
      return [{ kind: 'control', action: 'moved', operator: 'console', seconds }]
    },
    close: () => clearInterval(timer),
  }
}
