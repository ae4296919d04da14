import { referenceSchema, type Reference } from '#shared/departments/reference.ts'
import { signedIn } from '../../http/access.ts'
import { defineRoute, type Route } from '../../http/define-route.ts'
import type { Platform } from '../../platform.ts'
import type { Tx } from '../../postgres/transaction.ts'

/** Departments, categories and colleagues by name. */
export function referenceRoutes({ database }: Pick<Platform, 'database'>): Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/api/v1/reference',
      summary: 'Departments, categories and colleagues, to name them and to choose from.',
      tag: 'departments',
      access: signedIn,
      reply: { 200: referenceSchema },
      async handle({ context: { actor } }) {
        const who = { tenantId: actor.tenantId, actorId: actor.userId }
        return { status: 200, body: await database.withTenant(who, readReference, { readOnly: true }) }
      }
    })
  ]
}

async function readReference(tx: Tx): Promise<Reference> {
  const all = async <R>(table: 'department' | 'category' | 'user_account'): Promise<R[]> => {
    const { rows } = await tx.query<{ document: R }>(
      `select ${table}_document(t)::jsonb - 'rev' as document from ${table} t where t.tenant_id = $1 order by t.name, t.id limit 5000`,
      [tx.tenantId]
    )
    return rows.map((row) => row.document)
  }
  return { departments: await all('department'), categories: await all('category'), staff: await all('user_account') }
}
