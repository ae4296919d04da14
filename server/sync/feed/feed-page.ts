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
  const revoked = Object.keys(checkpoint.s).filter((scope) => !request.scopes.includes(scope)).sort()[0]
  if (revoked !== undefined) return revokedPage(tx, { ...request, checkpoint, scope: revoked })
  return standingPage(tx, { ...request, checkpoint })
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

async function revokedPage(tx: Tx, { collection, scopes, checkpoint, scope }: PageRequest & { scope: string }): Promise<FeedPage> {
  const { rows } = await tx.query<{ id: string; rev: number; elsewhere: boolean }>(
    `select f.id, d.rev, exists (
              select 1 from sync_feed o where o.tenant_id = $1 and o.collection = $2 and o.id = f.id and o.present and o.scope = any ($4)
            ) as elsewhere
     from sync_feed f join sync_document d on d.tenant_id = $1 and d.collection = $2 and d.id = f.id
     where f.tenant_id = $1 and f.collection = $2 and f.scope = $3 and f.id > $5
     order by f.id limit $6`,
    [tx.tenantId, collection, scope, scopes, checkpoint.r[scope] ?? '00000000-0000-0000-0000-000000000000', pageRows]
  )
  const documents = rows.filter((row) => !row.elsewhere).map(removalText)
  const last = rows.at(-1)
  if (last && rows.length === pageRows) {
    checkpoint.r[scope] = last.id
  } else {
    delete checkpoint.s[scope]
    delete checkpoint.r[scope]
  }
  return { documents: documents.join(','), documentCount: documents.length, checkpoint, done: false }
}

function removalText(row: { id: string; rev: number }): string {
  return JSON.stringify({ id: row.id, rev: row.rev, _deleted: true })
}
