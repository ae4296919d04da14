import type { CollectionName, WireDocument } from '#shared/protocol/collection-names.ts'
import {
  compareListReplySchema, compareReplySchema, fetchRecordsReplySchema, type CompareEntry, type CompareReply, type MendReport
} from '#shared/protocol/drift/compare.ts'
import { addDigest, bucketOf, emptySum, type DigestSum } from '#shared/protocol/drift/record-digest.ts'
import type { Checkpoint } from '#shared/protocol/position.ts'
import { protocolVersion } from '#shared/protocol/protocol-version.ts'
import type { ApiClient } from '#client/http/api-client.ts'
import type { HeldDigests, ReplicaCensus } from '#client/local-store/replica-census.ts'

export interface CompareParts {
  api: Pick<ApiClient, 'call'>
  census: ReplicaCensus
  /** Told the generation of the server's feed before anything is mended: what is kept is sent again first. */
  onGeneration(generation: number): Promise<void>
  /** Ids that commands on this device still need: they are never dropped. */
  neededIds(): Promise<ReadonlySet<string>>
}

export interface CompareOutcome {
  report: MendReport
  /** Differences that were left alone this time: needed by a command, or changing just now. */
  left: number
  /** Those of them that a command needs: they can go when it does not any more. */
  needed: readonly string[]
  generation: number
  /** From where the feed goes on after this. */
  checkpoint: Checkpoint
}

interface Difference {
  missing: string[]
  changed: string[]
  gone: string[]
  needed: string[]
  left: number
}

const fetchMost = 200

/**
 * Makes a collection equal to what the server says this device should hold. `readTo` is how far the feed had been read
 * before: what changed behind it comes by itself; null mends that as well. May be repeated after a kill. Throws what the
 * line throws.
 */
export async function compareCollection(
  parts: CompareParts,
  collection: CollectionName,
  { readTo, told = [] }: { readTo: Checkpoint | null; told?: readonly MendReport[] }
): Promise<CompareOutcome> {
  const held = await parts.census.count(collection)
  const all = [...held.values()].reduce(addDigest, emptySum)
  const reply = await ask(parts, { path: '', reply: compareReplySchema }, { collection, all, ...(told.length > 0 && { mended: [...told] }) })
  const { generation, checkpoint } = reply
  await parts.onGeneration(generation)
  const none: MendReport = { collection, missing: 0, changed: 0, gone: 0 }
  if (reply.same) return { report: none, left: 0, needed: [], generation, checkpoint }
  const buckets = differingBuckets(held, reply)
  const entries = await listEntries(parts, { collection, buckets, checkpoint: readTo })
  const found = differences({ held, buckets, entries, needed: await parts.neededIds() })
  const left = await mendAll(parts, collection, { found, held, generation })
  const count = (ids: readonly string[]): number => ids.filter((id) => !left.has(id)).length
  const report = { collection, missing: count(found.missing), changed: count(found.changed), gone: count(found.gone) }
  return { report, left: found.left + found.needed.length + left.size, needed: found.needed, generation, checkpoint }
}

function differingBuckets(held: HeldDigests, reply: CompareReply): Set<string> {
  const sums = new Map<string, DigestSum>()
  for (const [id, digest] of held) sums.set(bucketOf(id), addDigest(sums.get(bucketOf(id)) ?? emptySum, digest))
  const names = new Set([...sums.keys(), ...Object.keys(reply.buckets)])
  return new Set([...names].filter((name) => {
    const [mine, theirs] = [sums.get(name), reply.buckets[name]]
    return mine?.count !== theirs?.count || mine?.sum !== theirs?.sum
  }))
}

async function listEntries(
  parts: CompareParts,
  asked: { collection: CollectionName; buckets: ReadonlySet<string>; checkpoint: Checkpoint | null }
): Promise<Map<string, CompareEntry>> {
  const entries = new Map<string, CompareEntry>()
  for (let after: string | null = null; asked.buckets.size > 0; ) {
    const page: { entries: CompareEntry[]; more: boolean } = await ask(parts, { path: '/list', reply: compareListReplySchema }, { ...asked, buckets: [...asked.buckets], after })
    for (const entry of page.entries) entries.set(entry.id, entry)
    after = page.entries.at(-1)?.id ?? null
    if (!page.more) break
  }
  return entries
}

function differences(known: {
  held: HeldDigests
  buckets: ReadonlySet<string>
  entries: ReadonlyMap<string, CompareEntry>
  needed: ReadonlySet<string>
}): Difference {
  const found: Difference = { missing: [], changed: [], gone: [], needed: [], left: 0 }
  for (const entry of known.entries.values()) {
    const mine = known.held.get(entry.id)
    if (entry.late || mine === entry.digest) continue
    if (entry.digest === null) found.left += 1
    else if (mine === undefined) found.missing.push(entry.id)
    else found.changed.push(entry.id)
  }
  for (const id of known.held.keys()) {
    if (!known.buckets.has(bucketOf(id)) || known.entries.has(id)) continue
    if (known.needed.has(id)) found.needed.push(id)
    else found.gone.push(id)
  }
  return found
}

/** Resolves to the ids that had to be left alone. */
async function mendAll(
  parts: CompareParts,
  collection: CollectionName,
  { found, held, generation }: { found: Difference; held: HeldDigests; generation: number }
): Promise<Set<string>> {
  const left = new Set(await parts.census.mend(collection, { put: [], drop: found.gone, held, generation }))
  const wanted = [...found.missing, ...found.changed]
  for (let at = 0; at < wanted.length; at += fetchMost) {
    const ids = wanted.slice(at, at + fetchMost)
    const fetched = await ask(parts, { path: '/fetch', reply: fetchRecordsReplySchema }, { collection, ids })
    const put = fetched.generation === generation ? (fetched.documents as WireDocument[]) : []
    const came = new Set(put.map(({ id }) => id))
    for (const id of await parts.census.mend(collection, { put, drop: [], held, generation })) left.add(id)
    for (const id of ids) if (!came.has(id)) left.add(id)
  }
  return left
}

function ask<Reply>(parts: CompareParts, { path, reply }: { path: string; reply: { parse(value: unknown): Reply } }, body: object): Promise<Reply> {
  return parts.api
    .call<unknown>({ method: 'POST', path: `/api/v1/sync/compare${path}`, body: { protocol: protocolVersion, ...body }, timeoutMs: 60_000 })
    .then((answer) => reply.parse(answer))
}
