import { wardSchema } from '#shared/territories/ward.ts'
import type { SyncPart } from '../../sync/registry.ts'

/** Wards travel to every device of the tenant, so that a place can be found in its ward without a network. */
export const territoriesSync: SyncPart = {
  commands: [],
  records: [{ type: 'ward', collection: 'places', table: 'ward', schema: wardSchema, readOnly: true }]
}
