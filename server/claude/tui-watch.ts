// Watches beside a TUI's turn: dialogs that stand in its way, and what it has cost.
import { readFileSync, statSync } from 'node:fs'
import { asFields, fieldsOf, numberOf } from './messages.ts'
import type { ScreenReading } from './tui-screen.ts'

/** A dialog in the way of a prompt is told when it has stood this long. */
const DIALOG_MS = 1_500
/** In a turn that runs the CLI's own dialogs flash up between the two questions of its hooks, on a busy host for seconds. */
const RUNNING_DIALOG_MS = 10_000
/** A screen without an input box and without a known dialog is told after this long. */
const UNKNOWN_SCREEN_MS = 15_000

/**
 * Tells of each dialog once, with the words on the screen. It is never typed into.
 * @returns `look`, to be called now and then; `matters` is false while nobody waits for the input box, `runs` is true
 * when the CLI works on the prompt
 */
export function createDialogWatch(reading: () => ScreenReading, onDialog: (words: string) => void) {
  let shown: { words: string; since: number; told: boolean } | null = null
  return {
    look(matters: boolean, runs: boolean) {
      const { state, words } = reading()
      if (!matters || state === 'idle' || state === 'busy') {
        shown = null
        return
      }
      if (shown?.words !== words) shown = { words, since: performance.now(), told: false }
      const patience = state !== 'dialog' ? UNKNOWN_SCREEN_MS : runs ? RUNNING_DIALOG_MS : DIALOG_MS
      if (shown.told || performance.now() - shown.since < patience) return
      shown.told = true
      onDialog(words)
    },
  }
}

/**
 * Tells what a turn has cost, in USD, when its status line says so: 200–500 ms after the turn's end, and nowhere else (measured, 2.1.197).
 * @param statusFile what the CLI has told its status line; the cost in it is the whole process's
 */
export function createCostWatch(statusFile: string, onCost: (usd: number) => void) {
  let changedAt = 0
  let spentUsd = 0
  return {
    look(isInTurn: boolean) {
      const { mtimeMs = 0, size = 0 } = statSync(statusFile, { throwIfNoEntry: false }) ?? {}
      if (isInTurn || mtimeMs === changedAt || size === 0) return
      const totalUsd = readCost(statusFile)
      if (totalUsd === null) return
      changedAt = mtimeMs
      if (totalUsd > spentUsd) onCost(Number((totalUsd - spentUsd).toFixed(9)))
      spentUsd = totalUsd
    },
  }
}

function readCost(path: string): number | null {
  try {
    const status = asFields(JSON.parse(readFileSync(path, 'utf8'))) ?? {}
    return numberOf(fieldsOf(status, 'cost') ?? {}, 'total_cost_usd') ?? null
  } catch {
    return null // half-written
  }
}
