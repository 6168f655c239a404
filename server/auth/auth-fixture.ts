// For tests: a real database in a temporary directory, an Auth over it, and a clock that can be set.
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Database, openDatabase } from '../../db/database.ts'
import { createOperatorsTable } from '../../db/operators.ts'
import type { Role } from '../../lib/api.ts'
import { createOrigins } from '../front-door/origins.ts'
import { type Auth, createAuth, type SignedIn, type Visitor } from './auth.ts'
import { CHEAP_LOG_COST, hashPassword } from './password.ts'

export const PASSWORD = 'correct horse battery'
export const ORIGINS = createOrigins(4911, ['https://console.example'])
export const VISITOR: Visitor = { host: '127.0.0.1:4911', address: '192.0.2.1', user_agent: 'test' }

export type AuthFixture = {
  auth: Auth
  database: Database
  clock: { now: number }
  /** A second connection, as another process has it. */
  connect(): Database
  /** A new Auth over the same file, as after a restart. */
  restart(): Auth
  dispose(): void
}

export async function createAuthFixture(): Promise<AuthFixture> {
  const directory = mkdtempSync(join(tmpdir(), 'breakglass-auth-'))
  const path = join(directory, 'breakglass.db')
  const open: Database[] = []
  const connect = () => {
    const database = openDatabase(path)
    open.push(database)
    return database
  }
  const database = connect()
  const clock = { now: Date.UTC(2026, 0, 1) }
  const started: Auth[] = []
  const start = (over: Database) => {
    const auth = createAuth({ database: over, origins: ORIGINS, now: () => clock.now })
    started.push(auth)
    return auth
  }
  const auth = start(database)
  await addAccount(database, 'ada', 'admin')
  return {
    auth,
    database,
    clock,
    connect,
    restart: () => start(connect()),
    dispose() {
      for (const each of started) each.close()
      for (const each of open) each.close()
      rmSync(directory, { recursive: true })
    },
  }
}

/** Adds an account whose password takes a thousandth of a second to check, not a third. */
export async function addAccount(database: Database, name: string, role: Role): Promise<void> {
  hash ??= hashPassword(PASSWORD, CHEAP_LOG_COST)
  const row = {
    id: randomUUID(),
    name,
    role,
    password_hash: await hash,
    created_at: '2026-01-01T00:00:00.000Z',
  }
  createOperatorsTable(database).insert(row)
}
let hash: Promise<string> | undefined

/** The headers that a browser sends along after a sign-in. */
export function cookieHeaders(signedIn: SignedIn, host = VISITOR.host): Headers {
  return new Headers({ host, cookie: signedIn.set_cookie.split(';', 1)[0] ?? '' })
}
