import type { CompareListReply, CompareListRequest, CompareReply, CompareRequest, FetchRecordsReply, FetchRecordsRequest } from '#shared/protocol/drift/compare.ts'
import { addDigest, bucketOf, emptySum, recordDigest, type DigestSum } from '#shared/protocol/drift/record-digest.ts'
import type { Checkpoint } from '#shared/protocol/position.ts'

type Held = ReadonlyMap<string, { document: { id: string; rev: number } & Record<string, unknown>; position: number }>

/** The comparing half of the stand-in server. `held`: the newest state of each record of the collection, removals included. */
export function standInCompare(path: string, body: unknown, server: { held: Held; generation: number; serverTime: number; position: number }): unknown {
  const present = [...server.held.values()].filter(({ document }) => document['_deleted'] !== true && document['hidden'] !== true)
  if (path.endsWith('/fetch')) {
    const { ids } = body as FetchRecordsRequest
    const documents = present.map(({ document }) => document).filter(({ id }) => ids.includes(id))
    return { generation: server.generation, documents: documents as unknown as FetchRecordsReply['documents'] } satisfies FetchRecordsReply
  }
  if (path.endsWith('/list')) {
    const { buckets, checkpoint } = body as CompareListRequest
    const to = checkpoint ? Number(checkpoint.s['tenant']?.[0] ?? 0) : Infinity
    const entries = present
      .filter(({ document }) => buckets.includes(bucketOf(document.id)))
      .map(({ document, position }) => ({ id: document.id, rev: document.rev, digest: recordDigest(document), present: true, late: position > to }))
    return { entries, more: false } satisfies CompareListReply
  }
  const buckets: Record<string, DigestSum> = {}
  for (const { document } of present) buckets[bucketOf(document.id)] = addDigest(buckets[bucketOf(document.id)] ?? emptySum, recordDigest(document))
  const all = present.map(({ document }) => recordDigest(document)).reduce(addDigest, emptySum)
  const asked = (body as CompareRequest).all
  const same = all.count === asked.count && all.sum === asked.sum
  const checkpoint: Checkpoint = { g: server.generation, s: { tenant: [String(server.position), String(server.position)] }, r: {} }
  return { protocol: 1, serverTime: server.serverTime, generation: server.generation, same, buckets: same ? {} : buckets, checkpoint } satisfies CompareReply
}
