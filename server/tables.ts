// The tables of the record, prepared once.
import { createApprovalsTable } from '../db/approvals.ts'
import { createBudgetsTable } from '../db/budgets.ts'
import type { Database } from '../db/database.ts'
import { createEventsTable } from '../db/events.ts'
import { createGatewayHistoriesTable } from '../db/gateway-histories.ts'
import { createGatewaySessionsTable } from '../db/gateway-sessions.ts'
import { createGrantsTable } from '../db/grants.ts'
import { createKillsTable } from '../db/kills.ts'
import { createObserversTable } from '../db/observers.ts'
import { createProcessesTable } from '../db/processes.ts'
import { createSessionsTable } from '../db/sessions.ts'
import { createTerminalsTable } from '../db/terminals.ts'
import { createTurnsTable } from '../db/turns.ts'
import { createVerbRunsTable } from '../db/verb-runs.ts'

export type Tables = ReturnType<typeof createTables>

export function createTables(database: Database) {
  return {
    sessions: createSessionsTable(database),
    turns: createTurnsTable(database),
    events: createEventsTable(database),
    processes: createProcessesTable(database),
    approvals: createApprovalsTable(database),
    grants: createGrantsTable(database),
    observers: createObserversTable(database),
    terminals: createTerminalsTable(database),
    kills: createKillsTable(database),
    budgets: createBudgetsTable(database),
    verbRuns: createVerbRunsTable(database),
    gatewaySessions: createGatewaySessionsTable(database),
    gatewayHistories: createGatewayHistoriesTable(database),
  }
}
