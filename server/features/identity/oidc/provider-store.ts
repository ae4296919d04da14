import { createHash } from 'node:crypto'
import type { OidcProvider, OidcSettings } from '#shared/identity/oidc.ts'
import type { Tx } from '../../../postgres/transaction.ts'

export interface StoredProvider extends OidcProvider {
  readonly clientSecret: string
}

interface ProviderRow {
  id: string
  issuer: string
  clientId: string
  label: string
  sealed: string
  changedAt: string
}

/** The provider of the tenant with its secret; null without one. */
export async function readProvider(tx: Tx): Promise<StoredProvider | null> {
  const { rows } = await tx.query<ProviderRow>('select id, issuer, client_id as "clientId", label, sealed, changed_at as "changedAt" from oidc_provider where tenant_id = $1', [tx.tenantId])
  const row = rows[0]
  if (!row) return null
  const { issuer, clientId, label } = row
  const { clientSecret } = tx.sealed.open(row.id, row.sealed) as { clientSecret: string }
  return { issuer, clientId, label, clientSecret, changedAt: row.changedAt }
}

/** Takes the place of the one before. A provider may name people otherwise to another client, so links go with issuer and client. */
export async function saveProvider(tx: Tx, provider: StoredProvider & { id: string }): Promise<void> {
  const { id, issuer, clientId, label, clientSecret, changedAt } = provider
  const { rows } = await tx.query<{ isSame: boolean }>('delete from oidc_provider where tenant_id = $1 returning issuer = $2 and client_id = $3 as "isSame"', [tx.tenantId, issuer, clientId])
  if (!rows[0]?.isSame) await tx.query('delete from oidc_link where tenant_id = $1', [tx.tenantId])
  await tx.query('insert into oidc_provider (tenant_id, id, issuer, client_id, label, sealed, changed_at) values ($1, $2, $3, $4, $5, $6, $7)', [
    tx.tenantId, id, issuer, clientId, label, tx.sealed.seal(id, { clientSecret }), changedAt
  ])
}

/** False when there was none. */
export async function removeProvider(tx: Tx): Promise<boolean> {
  await tx.query('delete from oidc_link where tenant_id = $1', [tx.tenantId])
  return (await tx.query('delete from oidc_provider where tenant_id = $1', [tx.tenantId])).rowCount === 1
}

export async function listLinks(tx: Tx): Promise<OidcSettings['links']> {
  const { rows } = await tx.query<OidcSettings['links'][number]>(
    `select l.user_id as "userId", u.name, l.linked_at as "linkedAt", l.last_used_at as "lastUsedAt"
       from oidc_link l join user_account u on u.tenant_id = l.tenant_id and u.id = l.user_id
      where l.tenant_id = $1 order by l.last_used_at desc, l.user_id limit 500`,
    [tx.tenantId]
  )
  return rows
}

/** False when there was none. */
export async function removeLink(tx: Tx, userId: string): Promise<boolean> {
  return (await tx.query('delete from oidc_link where tenant_id = $1 and user_id = $2', [tx.tenantId, userId])).rowCount === 1
}

/** Who the provider vouches for. `email` only where it says that it was verified. */
export interface Vouched {
  readonly issuer: string
  readonly subject: string
  readonly email: string | null
}

export type FoundPerson = { readonly userId: string; readonly isNew: boolean } | { readonly refusal: 'nobody' | 'several' | 'other_person' }

const mayLogIn = `status = 'active' and (not demo or $2)`

/**
 * The person of this subject; else the only active one with the verified address, who is linked now. An address that several have
 * says nothing about who it is, and one that is linked to another subject has changed hands.
 */
export async function findPerson(tx: Tx, vouched: Vouched, facts: { demo: boolean; nowMs: number }): Promise<FoundPerson> {
  const hash = createHash('sha256').update(`${vouched.issuer}\n${vouched.subject}`).digest()
  const now = new Date(facts.nowMs)
  const linked = await tx.query<{ userId: string; isIn: boolean }>(
    `update oidc_link l set last_used_at = $3 from user_account u
      where l.subject_hash = $1 and u.tenant_id = l.tenant_id and u.id = l.user_id returning l.user_id as "userId", u.${mayLogIn} as "isIn"`,
    [hash, facts.demo, now]
  )
  const known = linked.rows[0]
  if (known) return known.isIn ? { userId: known.userId, isNew: false } : { refusal: 'nobody' }
  if (vouched.email === null) return { refusal: 'nobody' }
  const { rows } = await tx.query<{ id: string }>(`select id from user_account where lower(email) = $1 and ${mayLogIn} order by id limit 2`, [vouched.email.toLowerCase(), facts.demo])
  const [person, another] = rows
  if (!person) return { refusal: 'nobody' }
  if (another) return { refusal: 'several' }
  const added = await tx.query('insert into oidc_link (tenant_id, user_id, subject_hash, linked_at, last_used_at) values ($1, $2, $3, $4, $4) on conflict do nothing', [tx.tenantId, person.id, hash, now])
  return added.rowCount === 1 ? { userId: person.id, isNew: true } : { refusal: 'other_person' }
}
