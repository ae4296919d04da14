import type { TenantTable } from '#server/postgres/tenant-tables.ts'

/**
 * The statements that lay the tables out on Citus by tenant, in the order in which they must run: what the whole installation
 * shares a key of becomes a reference table on every node; everything else is distributed by tenant_id, the rows of a tenant
 * together on one node. Throws where a reference table would refer to a distributed one, which Citus refuses.
 */
export function citusPlan(tables: readonly TenantTable[]): string[] {
  const shared = new Set(tables.filter((table) => table.sharedKeys.length > 0).map(({ name }) => name))
  const wrong = tables.find((table) => shared.has(table.name) && table.references.some((name) => !shared.has(name)))
  if (wrong) throw new Error(`${wrong.name} has a key without tenant_id and refers to a table that is distributed.`)
  const distributed = tables.filter(({ name }) => !shared.has(name))
  const first = distributed[0]?.name
  return [
    ...tables.filter(({ name }) => shared.has(name)).map(({ name }) => `select create_reference_table('${name}');`),
    ...distributed.map(({ name }) => {
      const colocated = name === first ? 'none' : first
      return `select create_distributed_table('${name}', 'tenant_id', colocate_with => '${colocated}');`
    })
  ]
}
