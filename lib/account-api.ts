// Accounts over HTTP, as an admin manages them.
import { z } from 'zod'
import { operatorNameSchema, passwordSchema, ROLES, type Role } from './api.ts'

const role = z.enum(ROLES)

export const addAccountSchema = z.strictObject({ name: operatorNameSchema, role, password: passwordSchema })
export const changeAccountSchema = z
  .strictObject({ role: role.optional(), password: passwordSchema.optional() })
  .refine((change) => Object.keys(change).length === 1, 'Change the role or the password, one at a time')
export const addTokenSchema = z.strictObject({
  label: z.string().trim().min(1, 'Say what the token is for').max(100, 'Use at most 100 characters'),
  scope: z.enum(['console', 'gateway']).default('console'),
})

export type TokenView = {
  id: string
  label: string
  scope: string
  created_at: string
  last_used_at: string | null
}

export type AccountView = {
  name: string
  role: Role
  created_at: string
  locked_at: string | null
  /** Browsers that are signed in. */
  logins: number
  last_seen_at: string | null
  /** The valid ones. */
  tokens: TokenView[]
}
