import {
  getIndexableStringMonad,
  getQueryMatcher,
  getSortComparator,
  getStartIndexStringFromLowerBound,
  getStartIndexStringFromUpperBound,
  type PreparedQuery
} from 'rxdb/plugins/core'
import type { Slot } from './slot-index.ts'
import type { PackedCollection } from './packed-collection.ts'
import type { PackedDocument, PackedFields, PackedSchema } from './disk/packed-record.ts'

type Prepared = PreparedQuery<PackedFields>

/** Documents read and judged at a time. */
const step = 2_000

/** The documents that a prepared query asks for: the range of its index, judged and sorted where the index does not do it. */
export async function queryPacked(collection: PackedCollection, schema: PackedSchema, { query, queryPlan }: Prepared): Promise<PackedDocument[]> {
  const skip = query.skip ?? 0
  const enough = skip + (query.limit ?? Infinity)
  const matches = queryPlan.selectorSatisfiedByIndex ? null : getQueryMatcher<PackedFields>(schema, query)
  const sorted = queryPlan.sortSatisfiedByIndex
  const slots = slotsInRange(collection, schema, queryPlan)
  const wanted = sorted && !matches ? slots.slice(0, enough) : slots
  const found: PackedDocument[] = []
  for (let at = 0; at < wanted.length && !(sorted && found.length >= enough); at += step) {
    const documents = await collection.documents(wanted.slice(at, at + step).map(({ id }) => id))
    found.push(...(matches ? documents.filter((document) => matches(document)) : documents))
  }
  if (!sorted) found.sort(getSortComparator<PackedFields>(schema, query))
  return found.slice(skip, enough)
}

export async function countPacked(collection: PackedCollection, schema: PackedSchema, prepared: Prepared): Promise<number> {
  if (prepared.queryPlan.selectorSatisfiedByIndex) return slotsInRange(collection, schema, prepared.queryPlan).length
  return (await queryPacked(collection, schema, { ...prepared, query: { ...prepared.query, skip: 0, limit: undefined } })).length
}

function slotsInRange({ map }: PackedCollection, schema: PackedSchema, plan: Prepared['queryPlan']): Slot[] {
  const fields = plan.index
  const index = map.sorted(fields, getIndexableStringMonad<PackedFields>(schema, fields))
  const from = getStartIndexStringFromLowerBound(schema, fields, plan.startKeys)
  const to = getStartIndexStringFromUpperBound(schema, fields, plan.endKeys)
  return index.slice(index.firstAt(from, plan.inclusiveStart), index.firstAt(to, !plan.inclusiveEnd))
}
