import type { KeyRing } from '../ports/key-ring.ts'

type Row = Readonly<Record<string, unknown>>

/**
 * Sealed fields of the transaction's tenant: a row keeps them as one text in its column `sealed`, bound to tenant and id.
 * Where `phone` is among them the row can be found by its keyed hash in `phone_hash`.
 */
export interface SealedFields {
  /** The record with `sealed` (and `phoneHash`) in place of `fields`. `id` is its own. */
  sealRow(row: Row & { id: string }, fields: readonly string[]): Record<string, unknown>
  /** The record with its fields in place of `sealed`; one without sealed fields comes back as it is. */
  openRecord<R extends object>(record: R): R
  /** Wire texts with commas between, opened. */
  openWire(texts: string): string
  seal(id: string, value: unknown): string
  open(id: string, sealed: string): unknown
  phoneHash(phone: string): string
  /** What `phone_hash` may hold for this number (E.164), by each key. */
  phoneHashes(phone: string): string[]
}

export function sealedFieldsOf(tenantId: string, keys: KeyRing | null): SealedFields {
  const ring = (): KeyRing => {
    if (!keys) throw new Error('This database was opened without the keys of sealed fields.')
    return keys
  }
  const openRecord = <R extends object>(record: R): R => {
    const { sealed, ...rest } = record as { sealed?: unknown; id?: unknown }
    if (typeof sealed !== 'string') return record
    return { ...rest, ...(ring().open(tenantId, String(rest.id), sealed) as object) } as R
  }
  return {
    sealRow(row, fields) {
      const told = Object.fromEntries(fields.map((name) => [name, row[name] ?? null]))
      const kept = Object.fromEntries(Object.entries(row).filter(([name]) => !fields.includes(name)))
      const phone = told['phone']
      return {
        ...kept,
        sealed: ring().seal(tenantId, row.id, told),
        ...('phone' in told && { phoneHash: typeof phone === 'string' ? ring().hash(tenantId, phone) : null })
      }
    },
    openRecord,
    openWire(texts) {
      if (!texts) return texts
      const opened = (JSON.parse(`[${texts}]`) as object[]).map((record) => JSON.stringify(openRecord(record)))
      return opened.join(',')
    },
    seal: (id, value) => ring().seal(tenantId, id, value),
    open: (id, sealed) => ring().open(tenantId, id, sealed),
    phoneHash: (phone) => ring().hash(tenantId, phone),
    phoneHashes: (phone) => ring().hashes(tenantId, phone)
  }
}
