import { newUserSchema, type NewUser } from '#shared/identity/user.ts'
import { validationError } from '#shared/errors.ts'
import type { Tx } from '../../postgres/transaction.ts'
import type { PasswordHasher } from './password-hasher.ts'
import { insertUser } from './user-store.ts'

/** Adds a person without a request: the first owner of an office, the people of the demo office. */
export async function createUser(
  tx: Tx,
  hasher: PasswordHasher,
  user: NewUser & { id: string; demo?: boolean }
): Promise<void> {
  const parsed = newUserSchema.safeParse(user)
  if (!parsed.success) throw validationError(parsed.error)
  const { password, ...facts } = parsed.data
  await insertUser(tx, { ...facts, id: user.id, passwordHash: password === undefined ? null : await hasher.hash(password) })
  if (user.demo) await tx.query('update user_account set demo = true where id = $1', [user.id])
}
