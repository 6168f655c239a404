// Replaces what differs from machine to machine and run to run in a recorded spool by stable placeholders.
import { homedir, hostname } from 'node:os'
import type { Places } from './fixture-run.ts'

/** @throws when the machine's own names are still in it afterwards: nothing of them may be committed */
export function normalise(spool: Buffer, places: Places): Buffer {
  let text = spool.toString('utf8')
  text = text.replaceAll(places.root, '/srv/recording').replaceAll(slug(places.root), slug('/srv/recording'))
  text = number(text, /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, (n) => {
    return `00000000-0000-4000-8000-${n.padStart(12, '0')}`
  })
  for (const kind of ['msg', 'toolu', 'req']) {
    text = number(
      text,
      new RegExp(`\\b${kind}_drill_[0-9a-f]+\\b`, 'g'),
      (n) => `${kind}_drill_${n.padStart(4, '0')}`,
    )
  }
  text = renumber(text, /"(?:task_id|agentId|agent_id)":"([a-z0-9]+)"/g, 'task')
  text = renumber(text, /\/tool-results\/([a-z0-9]+)\.txt/g, 'output')
  text = text
    .replace(/\b20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, '2026-01-01T00:00:00.000Z')
    .replace(
      /("(?:\w*duration\w*|ttft\w*|time_to_request|retry_delay)_ms":|"totalDurationMs":|duration_ms: )[\d.]+/g,
      '$1100',
    )
    .replace(/("pid":)\d+/g, '$11000')
    .replace(/("end_time":)\d+/g, '$11767225600000')
    .replace(/("signature":")[^"]+/g, '$1c2lnbmF0dXJl')
    .replace(/127\.0\.0\.1:\d+/g, '127.0.0.1:4000')
    .replace(/\/claude-\d+\//g, '/claude-1000/')
  for (const name of [homedir(), hostname(), process.cwd()]) {
    if (name.length > 5 && text.includes(name)) throw new Error(`The recording names this machine: "${name}"`)
  }
  return Buffer.from(text)
}

/** A path as the CLI makes a folder's name of it. */
function slug(path: string): string {
  return path.replace(/[^a-zA-Z0-9]/g, '-')
}

/** Replaces each different match by its number, counted from 1 in order of appearance. */
function number(text: string, pattern: RegExp, name: (n: string) => string): string {
  const numbers = new Map<string, string>()
  return text.replace(pattern, (match) => {
    const known = numbers.get(match) ?? name(String(numbers.size + 1))
    numbers.set(match, known)
    return known
  })
}

/** Finds names by their place, and replaces them wherever they stand. */
function renumber(text: string, place: RegExp, prefix: string): string {
  const found = new Set(Array.from(text.matchAll(place), (match) => match[1] ?? ''))
  return [...found].reduce((all, name, index) => all.replaceAll(name, `${prefix}${index + 1}`), text)
}
