// The table of operators: accounts with their roles and password hashes.
import type { Role } from '../lib/api.ts'
import type { Database } from './database.ts'

export type OperatorRow = {
  id: string
  name: string
  role: Role
  password_hash: string
  created_at: string
  locked_at: string | null
}

export type OperatorsTable = ReturnType<typeof createOperatorsTable>

export function createOperatorsTable(database: Database) {
  const insert = database.prepare(
    'INSERT INTO operators (id, name, role, password_hash, created_at) VALUES (@id, @name, @role, @password_hash, @created_at)',
  )
  const byId = database.prepare<[string], OperatorRow>('SELECT * FROM operators WHERE id = ?')
  const byName = database.prepare<[string], OperatorRow>('SELECT * FROM operators WHERE name = ?')
  const all = database.prepare<[], OperatorRow>('SELECT * FROM operators ORDER BY name')
  const count = database.prepare('SELECT count(*) FROM operators').pluck()
  const otherAdmins = database
    .prepare("SELECT count(*) FROM operators WHERE role = 'admin' AND locked_at IS NULL AND id <> ?")
    .pluck()
  const setPassword = database.prepare('UPDATE operators SET password_hash = ? WHERE id = ?')
  const setRole = database.prepare('UPDATE operators SET role = ? WHERE id = ?')
  const setLocked = database.prepare('UPDATE operators SET locked_at = ? WHERE id = ?')

  return {
    /** @throws a UNIQUE violation when the name is taken, whatever its case */
    insert: (row: Omit<OperatorRow, 'locked_at'>) => void insert.run(row),
    byId: (id: string) => byId.get(id) ?? null,
    /** Upper and lower case are the same. */
    byName: (name: string) => byName.get(name) ?? null,
    all: () => all.all(),
    count: () => Number(count.get()),
    /** How many admins that aren't locked there are besides this operator. */
    otherAdmins: (id: string) => Number(otherAdmins.get(id)),
    setPassword: (id: string, passwordHash: string) => void setPassword.run(passwordHash, id),
    setRole: (id: string, role: Role) => void setRole.run(role, id),
    setLocked: (id: string, lockedAt: string | null) => void setLocked.run(lockedAt, id),
  }
}
