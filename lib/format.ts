// Numbers, times and hostile text as people read them; pure, the same on the server and in the browser.

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

const two = (n: number): string => String(n).padStart(2, '0')

/** How long something took: `0.2 s`, `12 s`, `1:05`, `1 h 02 min`. @param ms milliseconds; negative counts as 0 */
export function formatDuration(ms: number): string {
  const safe = positive(ms)
  if (safe < 9950) return `${(safe / SECOND).toFixed(1)} s`
  if (safe < MINUTE - 500) return `${Math.round(safe / SECOND)} s`
  if (safe < HOUR - 500) return formatClock(Math.round(safe / SECOND) * SECOND)
  const minutes = Math.floor(safe / MINUTE + 0.5)
  return `${Math.floor(minutes / 60)} h ${two(minutes % 60)} min`
}

/** A running clock: `0:41`, `12:03`, `1:02:03`. @param ms milliseconds; negative counts as 0 */
export function formatClock(ms: number): string {
  const seconds = Math.floor(positive(ms) / SECOND)
  const hours = Math.floor(seconds / 3600)
  const minutes = Math.floor((seconds % 3600) / 60)
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`
}

/** `312 B`, `4.1 kB`, `17 MB`; decimal units. @param bytes a count of bytes */
export function formatBytes(bytes: number): string {
  let value = positive(bytes)
  if (value < 1000) return `${Math.round(value)} B`
  for (const unit of ['kB', 'MB', 'GB']) {
    value /= 1000
    if (value < 999.5) return `${value < 9.95 ? value.toFixed(1) : Math.round(value)} ${unit}`
  }
  return `${(value / 1000).toFixed(1)} TB`
}

/** `$0.38`; three decimals under a cent; `—` where the cost can't be known. @param usd US dollars or null */
export function formatCost(usd: number | null | undefined): string {
  if (usd === null || usd === undefined || !Number.isFinite(usd)) return '—'
  if (usd > 0 && usd < 0.0005) return '<$0.001'
  return usd > 0 && usd < 0.01 ? `$${usd.toFixed(3)}` : `$${usd.toFixed(2)}`
}

/** `940`, `4.1 k`, `41 k`, `1.2 M`. @param n a count, for instance of tokens */
export function formatCount(n: number): string {
  const value = positive(n)
  if (value < 1000) return String(Math.round(value))
  if (value < 999_500) return `${value < 9950 ? (value / 1000).toFixed(1) : Math.round(value / 1000)} k`
  return `${value < 9_950_000 ? (value / 1e6).toFixed(1) : Math.round(value / 1e6)} M`
}

/** `1 event`, `3 events`. @param n how many @param noun in the singular; the plural adds an s */
export function formatPlural(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`
}

/** A moment as seen from now: `now`, `5 min ago`, `in 2 h`, `yesterday`, `Tue`, `3 Nov`, `3 Nov 2024`. @param iso ISO 8601 @param nowMs epoch milliseconds */
export function formatRelative(iso: string, nowMs: number): string {
  const at = Date.parse(iso)
  if (Number.isNaN(at)) return '—'
  const ago = nowMs - at
  const size = Math.abs(ago)
  if (size < 45 * SECOND) return 'now'
  const phrase = (text: string) => (ago < 0 ? `in ${text}` : `${text} ago`)
  if (size < 59.5 * MINUTE) return phrase(`${Math.round(size / MINUTE)} min`)
  const then = new Date(at)
  const now = new Date(nowMs)
  const days = Math.round((midnight(now) - midnight(then)) / DAY)
  if (size < 12 * HOUR || days === 0) return phrase(`${Math.round(size / HOUR)} h`)
  if (days === 1) return 'yesterday'
  if (days > 1 && days < 7) return WEEKDAYS[then.getDay()] ?? ''
  const day = `${then.getDate()} ${MONTHS[then.getMonth()]}`
  return then.getFullYear() === now.getFullYear() ? day : `${day} ${then.getFullYear()}`
}

/** The time of day in the reader's zone, or in UTC: `02:47:03`. @param iso ISO 8601 */
export function formatTime(iso: string, utc = false): string {
  const at = new Date(iso)
  if (Number.isNaN(at.getTime())) return '—'
  return utc
    ? at.toISOString().slice(11, 19)
    : `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`
}

/** Date and time with their zone, for a tooltip: `2026-11-20 02:47:03 UTC`. @param iso ISO 8601 */
export function formatAbsolute(iso: string): string {
  const at = new Date(iso)
  return Number.isNaN(at.getTime()) ? '—' : `${at.toISOString().slice(0, 19).replace('T', ' ')} UTC`
}

const INVISIBLE = /[^\P{Cc}\n\t]|\p{Default_Ignorable_Code_Point}|\p{Bidi_Control}|\p{Cs}|[\u2028\u2029]/gu
const JOINERS = new Set(['\u200c', '\u200d'])

/**
 * Text in which nothing is hidden: control characters as pictures (`␛`), direction marks and invisible
 * characters as `⟨U+202E⟩`, lone surrogates as U+FFFD; line feeds and tabs stay, CRLF becomes LF.
 * Joiners and variation selectors stay where scripts and emoji need them.
 */
export function makeVisible(text: string): string {
  const unix = text.includes('\r\n') ? text.replaceAll('\r\n', '\n') : text
  return unix.replace(INVISIBLE, (char, offset: number) => {
    const code = char.codePointAt(0) ?? 0
    const before = unix.charCodeAt(offset - 1)
    if (JOINERS.has(char) && before > 0x7f && unix.charCodeAt(offset + 1) > 0x7f) return char
    if (code >= 0xfe00 && code <= 0xfe0f && offset > 0 && !(before >= 0xfe00 && before <= 0xfe0f)) return char
    if (code >= 0xd800 && code <= 0xdfff) return '\ufffd'
    if (code < 0x20) return String.fromCharCode(0x2400 + code)
    if (code === 0x7f) return '\u2421'
    return `⟨U+${code.toString(16).toUpperCase().padStart(4, '0')}⟩`
  })
}

/** One line of it, cut at `max` characters with an ellipsis. */
export function oneLine(text: string, max = 120): string {
  const line = makeVisible(text.slice(0, max * 2))
    .replace(/\s+/g, ' ')
    .trim()
  return line.length > max || text.length > max * 2 ? `${line.slice(0, max - 1)}…` : line
}

function positive(n: number): number {
  return Number.isFinite(n) && n > 0 ? n : 0
}

function midnight(at: Date): number {
  return Date.UTC(at.getFullYear(), at.getMonth(), at.getDate())
}
