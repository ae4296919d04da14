import { parseArgs } from 'node:util'
import { linkMs, linkPath } from '#shared/identity/account.ts'
import { recordAudit } from '#server/audit/record-audit.ts'
import { readProcessConfig } from '#server/config.ts'
import { removePasskeysOf } from '#server/features/identity/passkeys/passkey-store.ts'
import { removeStep } from '#server/features/identity/second-step/second-step-store.ts'
import { createOneTimeSecrets } from '#server/one-time/one-time-secrets.ts'
import { systemClock } from '#server/ports/clock.ts'
import { newId } from '#server/ports/new-id.ts'
import { createPool } from '#server/postgres/pool.ts'
import { createDatabase, type Tx } from '#server/postgres/transaction.ts'

const usage = 'npm run user:recover -- --office SLUG --login LOGIN [--without-steps]'

/**
 * Prints a link with which a person of an office chooses a new password, for when nobody there can give one any more. It needs the
 * installation's own SECRET_KEY and database: whoever may run this may do anything here anyway. Ends no session by itself.
 * `--without-steps` also takes the person's second step and passkeys away.
 */
async function recover(): Promise<void> {
  const text = { type: 'string' } as const
  const { office, login, ...more } = parseArgs({ options: { office: text, login: text, 'without-steps': { type: 'boolean' } } }).values
  if (!office || !login) throw new Error(usage)
  const config = readProcessConfig()
  const [directory, app] = [createPool({ url: config.DIRECTORY_DATABASE_URL, name: 'recover', max: 1 }), createPool({ url: config.APP_DATABASE_URL, name: 'recover', max: 1 })]
  try {
    const found = await directory.query<{ tenant: { tenantId: string } | null }>('select directory_tenant_of_slug($1) as tenant', [office])
    const tenantId = found.rows[0]?.tenant?.tenantId
    if (!tenantId) throw new Error(`There is no office ${office}.`)
    const validMs = linkMs.handed
    const token = await createDatabase(app).withTenant({ tenantId }, async (tx) => {
      const { rows } = await tx.query<{ id: string; status: string }>('select id, status from user_account where login = $1', [login.trim().toLowerCase()])
      const user = rows[0]
      if (!user) throw new Error(`There is no person with the login ${login} in ${office}.`)
      if (user.status !== 'active') await tx.query(`update user_account set status = 'active' where id = $1`, [user.id])
      if (more['without-steps']) await takeStepsAway(tx, user.id)
      const secret = { id: newId(systemClock), purpose: 'password.given', subject: user.id, validMs, facts: { login, path: linkPath.password } }
      return createOneTimeSecrets([config.SECRET_KEY]).issueLink(tx, secret, systemClock.now())
    })
    console.log(`${config.PUBLIC_URL}/o/${office}${linkPath.password}#${token}`)
    console.log('It works once, for one day. Give it to that person and to nobody else.')
  } finally {
    await Promise.all([directory.end(), app.end()])
  }
}

async function takeStepsAway(tx: Tx, userId: string): Promise<void> {
  await removeStep(tx, userId)
  const audit = { clock: systemClock, newId: () => newId(systemClock) }
  for (const id of await removePasskeysOf(tx, userId)) {
    await recordAudit(tx, audit, { action: 'passkey.remove', actor: null, subject: { type: 'passkey', id }, after: { userId } })
  }
}

await recover().catch((error: unknown) => {
  console.error((error as Error).message)
  process.exitCode = 1
})
