import type { Tx } from '../../../postgres/transaction.ts'

/** The wards as a GeoJSON FeatureCollection, for maps elsewhere: outlines as they were imported, by id. An import here reads the table instead. */
export async function* wardFeatures(tx: Tx): AsyncGenerator<{ text: string; rows: number }> {
  const { rows } = await tx.query<{ id: string }>('select id from ward where tenant_id = $1 order by id', [tx.tenantId])
  yield { text: '{"type":"FeatureCollection","features":[', rows: 0 }
  for (const [index, { id }] of rows.entries()) {
    const { rows: found } = await tx.query<{ feature: string }>(
      `select json_build_object('type', 'Feature', 'id', id, 'geometry', outline,
         'properties', json_build_object('number', number, 'name', name, 'names', names))::text as feature from ward where tenant_id = $1 and id = $2`,
      [tx.tenantId, id]
    )
    yield { text: `${index === 0 ? '\n' : ',\n'}${found[0]!.feature}`, rows: 1 }
  }
  yield { text: '\n]}\n', rows: 0 }
}
