import type { TenantTable } from '../../../postgres/tenant-tables.ts'

/**
 * What an archive leaves out. Everything else of every table of the catalogue goes: a table that nobody thought of is taken
 * along, and `table-rules.pg.test.ts` asks about each column that looks like a secret.
 */
const tablesLeft: Readonly<Record<string, string>> = {
  sync_document: 'made anew from the records by the database',
  sync_feed: 'made anew from the records by the database',
  sync_digest: 'made anew from the records',
  sync_pruned: 'positions of the database it came from',
  sync_day: 'positions of the database it came from',
  sync_origin: 'names the database it came from; devices start anew',
  audit_segment: 'seals of the installation; the rows are sealed anew where they arrive',
  idempotency_key: 'answers kept for a day, sealed with a key of the installation',
  backup_mark: 'positions of the database it came from',
  refresh_token: 'sessions end with the move; people log in again',
  api_key: 'machines get new keys from the office they move to',
  one_time_secret: 'links and codes under way are bound to keys of the installation',
  surrender_token: 'answers to devices that the office has ended',
  limited_session: 'sessions end with the move; people log in again',
  second_step: 'sealed with a key of the installation; people set it up again',
  passkey: 'bound to the address of the installation; people make new ones',
  used_challenge: 'challenges of logins that were answered here',
  recovery_code: 'codes of a second step that stays behind',
  oidc_link: 'made again by the next login through the provider',
  device_key: 'keys to copies on phones belong to the sessions that end',
  push_subscription: 'bound to the push key of the installation; phones subscribe again',
  address_day: 'counted by addresses hashed with a key of the installation',
  tenant_erasure: 'records of the installation about offices that are gone',
  portal_draft: 'reports that citizens have not sent yet',
  portal_draft_photo: 'photos of reports that citizens have not sent yet'
}

interface ColumnRule {
  /** What the archive holds in its place, as SQL; left out when not given. */
  readonly as?: string
  /** What an import writes where nothing came, as SQL; the column's default when not given. */
  readonly fill?: string
  readonly reason: string
}

const waiting = `status in ('queued', 'sending')`
const columnRules: Readonly<Record<string, ColumnRule>> = {
  'tenant.status': { fill: `'importing'`, reason: 'a matter of the operator' },
  'tenant.status_since': { reason: 'a matter of the operator' },
  'tenant.erase_after': { reason: 'a matter of the operator' },
  'tenant.quotas': { reason: 'a matter of the operator' },
  'user_account.password_hash': { reason: 'passwords are set anew' },
  'audit_entry.seq': { reason: 'numbered anew where they arrive' },
  'attachment.upload_owner': { reason: 'of uploads that are under way' },
  'attachment.upload_until': { reason: 'of uploads that are under way' },
  'outbox.status': { as: `case when ${waiting} then 'cancelled' else status end`, reason: 'what waits is sent by the office it was written in, or not at all' },
  'outbox.lease_until': { reason: 'of messages that are being sent' }
}

/** One text per row, sealed with a key of the installation (decision 26), and the keyed hash by which it is found. */
export const sealedColumn = 'sealed'
const hashColumn = 'phone_hash'

/** Transactions of the database it came from mean nothing elsewhere: such columns begin anew. */
const positionType = 'xid8'

export interface TablePlan {
  readonly name: string
  /** Set where rows keep fields sealed: the archive holds them open, and they are sealed anew with the keys of where they arrive. */
  readonly sealed: { readonly id: string; readonly findable: boolean } | null
  readonly key: readonly TenantTable['columns'][number][]
  /** Without tenant_id, which the importing office says. */
  readonly columns: readonly { name: string; type: string; expression: string }[]
  /** Written by an import besides what came. */
  readonly fills: readonly { name: string; expression: string }[]
}

/** Tables in the order in which an import can write them: what others wait for is there before them. */
export function planTables(tables: readonly TenantTable[]): TablePlan[] {
  const taken = tables.filter(({ name }) => !Object.hasOwn(tablesLeft, name)).map(planTable)
  // The office itself stands before tables that belong to it without a foreign key; rows that wait for records must not see them come.
  const placeOf = ({ name }: TablePlan) => (name === 'tenant' ? 0 : name === 'held_command' ? 2 : 1)
  return taken.sort((one, other) => placeOf(one) - placeOf(other))
}

/** Why tables and columns of this catalogue stay behind. */
export function leftBehind(tables: readonly TenantTable[]): Record<string, string> {
  const names = new Set(tables.flatMap((table) => [table.name, ...table.columns.map((column) => `${table.name}.${column.name}`)]))
  const rules = [...Object.entries(tablesLeft), ...Object.entries(columnRules).map(([name, rule]) => [name, rule.reason] as const)]
  const positions = tables.flatMap((table) => table.columns.filter(({ type }) => type === positionType).map(({ name }) => `${table.name}.${name}`))
  const why = positions.map((name) => [name, 'a position of the database it came from'] as const)
  return Object.fromEntries([...rules.filter(([name]) => names.has(name)), ...why])
}

function planTable(table: TenantTable): TablePlan {
  const own = table.columns.filter(({ name, type }) => name !== 'tenant_id' && type !== positionType)
  const ruled = own.map((column) => ({ ...column, rule: columnRules[`${table.name}.${column.name}`] }))
  const isSealed = own.some(({ name, type }) => name === sealedColumn && type === 'text')
  return {
    name: table.name,
    sealed: isSealed ? { id: table.key.at(-1)!, findable: own.some(({ name }) => name === hashColumn) } : null,
    key: table.key.filter((name) => name !== 'tenant_id').map((name) => own.find((column) => column.name === name)!),
    columns: ruled
      .filter(({ name, rule }) => (!rule || rule.as !== undefined) && !(isSealed && (name === sealedColumn || name === hashColumn)))
      .map(({ name, type, rule }) => ({ name, type, expression: rule?.as ?? `"${name}"` })),
    fills: ruled.filter(({ rule }) => rule?.fill !== undefined).map(({ name, rule }) => ({ name, expression: rule!.fill! }))
  }
}
