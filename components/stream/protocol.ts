import type { SharedFrame } from '../../lib/api.ts'

/** Part of the worker's name: tabs of an older page keep the worker that they know. */
export const PROTOCOL_VERSION = 2

export type ConnectionState =
  | { name: 'connecting' }
  /** `restarted`: another server process than before answers. */
  | { name: 'live'; restarted: boolean }
  /** `offline` once several tries have failed. Times in epoch milliseconds. */
  | { name: 'reconnecting'; offline: boolean; attempt: number; next_at: number; last_at: number | null }
  | { name: 'signed_out' }

/** What a tab asks of the one that holds the connection. */
export type TabMessage =
  | { type: 'want'; session: string; after: number }
  | { type: 'drop'; session: string }
  | { type: 'want-terminal'; terminal: string }
  | { type: 'drop-terminal'; terminal: string }
  | { type: 'retry' }
  /** A sign of life: a tab that is silent for long is forgotten. */
  | { type: 'beat' }
  | { type: 'bye' }

/** What it is told. */
export type HubMessage =
  | { type: 'frames'; frames: SharedFrame[] }
  | { type: 'state'; state: ConnectionState }
  /** The tab was taken for dead: it has to say again what it wants. */
  | { type: 'forgotten' }
