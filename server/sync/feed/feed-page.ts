import type { CollectionName } from '#shared/protocol/collection-names.ts'
import type { Checkpoint } from '#shared/protocol/position.ts'
import type { Tx } from '../../postgres/transaction.ts'

/** Most documents and bytes of one page; whichever comes first ends it. */
const pageRows = 1_000
const pageBytes = 1_000_000

/** Their wire texts hold sealed fields, which are opened for whoever may receive them. All others pass as they are. */
export const sealedCollections: ReadonlySet<CollectionName> = new Set<CollectionName>(['contacts', 'issues'])

export interface FeedPage {
  /** Wire texts of documents and removals with commas between; a record seen through two scopes comes once. */
  documents: string
  documentCount: number
  checkpoint: Checkpoint
  done: boolean
}

interface PageRow {
  complete: boolean
  document_count: number
  positions: Record<string, [string, string]> | null
  documents: string
}

interface PageRequest {
  collection: CollectionName
  /** Scopes the actor has now. */
  scopes: readonly string[]
  checkpoint: Checkpoint
}

/**
 * The next page: first the removals of scopes that were taken away, then what changed in the scopes that stand. A scope
 * without a position starts from zero, so a granted one arrives whole.
 */
export async function readFeedPage(tx: Tx, request: PageRequest): Promise<FeedPage> {
  const checkpoint: Checkpoint = { ...request.checkpoint, s: { ...request.checkpoint.s }, r: { ...request.checkpoint.r } }
  for (const scope of request.scopes) delete checkpoint.r[scope]
  const mine = new Set(request.scopes)
  const revoked = Object.keys(checkpoint.s).filter((scope) => !mine.has(scope)).sort()
  if (revoked.length > 0) return revokedPage(tx, { ...request, checkpoint, revoked })
  return standingPage(tx, { ...request, checkpoint })
}

/** Many scopes at once, where they hold little: who is limited to departments lost one per ward. Each record is told once. */
async function revokedPage(tx: Tx, { revoked, ...request }: PageRequest & { revoked: readonly string[] }): Promise<FeedPage> {
  const removals = new Map<string, string>()
  for (const scope of revoked) {
    for (const row of await removalsOf(tx, { ...request, scope })) removals.set(row.id, removalText(row))
    if (removals.size >= pageRows / 2 || request.checkpoint.r[scope] !== undefined) break
  }
  return { documents: [...removals.values()].join(','), documentCount: removals.size, checkpoint: request.checkpoint, done: false }
}

async function standingPage(tx: Tx, { collection, scopes, checkpoint }: PageRequest): Promise<FeedPage> {
  const positions = scopes.map((scope) => checkpoint.s[scope] ?? ['0', '0'])
  const { rows } = await tx.query<PageRow>(
    'select complete, document_count, positions, documents from sync_page_text($1, $2::text[], $3::xid8[], $4::bigint[], $5, $6)',
    [collection, scopes, positions.map(([xid]) => xid), positions.map(([, seq]) => seq), pageRows, pageBytes]
  )
  const page = rows[0]
  if (!page) throw new Error('sync_page_text gave no row')
  for (const scope of scopes) checkpoint.s[scope] ??= ['0', '0']
  Object.assign(checkpoint.s, page.positions)
  const documents = sealedCollections.has(collection) ? tx.sealed.openWire(page.documents) : page.documents
  return { documents, documentCount: page.document_count, checkpoint, done: page.complete }
}

/** The next removals of one scope; writes into the checkpoint how far they are told. */
async function removalsOf(tx: Tx, { collection, scopes, checkpoint, scope }: PageRequest & { scope: string }): Promise<Gone[]> {
  const { rows } = await tx.query<Gone & { elsewhere: boolean }>(
    `select f.id, d.rev, exists (
              select 1 from sync_feed o where o.tenant_id = $1 and o.collection = $2 and o.id = f.id and o.present and o.scope = any ($4)
            ) as elsewhere
     from sync_feed f join sync_document d on d.tenant_id = $1 and d.collection = $2 and d.id = f.id
     where f.tenant_id = $1 and f.collection = $2 and f.scope = $3 and f.id > $5
     order by f.id limit $6`,
    [tx.tenantId, collection, scope, scopes, checkpoint.r[scope] ?? '00000000-0000-0000-0000-000000000000', pageRows]
  )
  const last = rows.at(-1)
  if (last && rows.length === pageRows) {
    checkpoint.r[scope] = last.id
  } else {
    delete checkpoint.s[scope]
    delete checkpoint.r[scope]
  }
  return rows.filter((row) => !row.elsewhere)
}

interface Gone {
  id: string
  rev: number
}

function removalText(row: Gone): string {
  return JSON.stringify({ id: row.id, rev: row.rev, _deleted: true })
}
