import type { Tx } from '../../postgres/transaction.ts'

/** The office as messages name it. `url` has no slash at its end. */
export interface OfficeAddress {
  name: string
  url: string
}

/** A host of the tenant's own, else its path below the public address: links that lead to this office whoever else is served here. */
export async function officeAddress(tx: Tx, publicUrl: string): Promise<OfficeAddress> {
  const { rows } = await tx.query<{ name: string; slug: string; host: string | null }>(
    `select name, slug, (select min(host) from tenant_host h where h.tenant_id = t.tenant_id) as host from tenant t where tenant_id = $1`,
    [tx.tenantId]
  )
  const office = rows[0]
  if (!office) throw new Error('The tenant of the transaction does not exist.')
  if (office.host === null) return { name: office.name, url: `${publicUrl}/o/${office.slug}` }
  const { protocol, port } = new URL(publicUrl)
  return { name: office.name, url: `${protocol}//${office.host}${port ? `:${port}` : ''}` }
}
