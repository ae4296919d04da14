import { canonicalJson } from '../canonical-json.ts'

/** What a local store adds to a document beside fields that begin with an underscore. */
const added: ReadonlySet<string> = new Set(['parent', 'syncGeneration'])

/**
 * Digest of a record as it travels: 64 bits as 16 hex digits over its canonical JSON, `rev` included; what a local store
 * adds is left out. Server and device run this same function on what `JSON.parse` made of the wire text, so equal content
 * has equal digests by construction. It finds accidents, not attackers: they gain nothing by a collision in their own copy.
 */
export function recordDigest(document: Readonly<Record<string, unknown>>): string {
  const own = Object.fromEntries(Object.entries(document).filter(([key]) => !key.startsWith('_') && !added.has(key)))
  const text = canonicalJson(own)
  let high = 0x811c9dc5
  let low = 0x2545f491
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at)
    high = Math.imul(high ^ unit, 0x9e3779b1)
    high ^= high >>> 15
    low = (Math.imul(((low << 5) | (low >>> 27)) ^ unit, 0x85ebca6b) + high) | 0
  }
  return hexOf(finish(high ^ low, text.length)) + hexOf(finish(low, high))
}

/** Two sets of records are equal when count and sum are: the sum is the exclusive or of their digests, in any order. */
export interface DigestSum {
  count: number
  /** 16 hex digits. */
  sum: string
}

export const emptySum: DigestSum = { count: 0, sum: '0'.repeat(16) }

export function addDigest(to: DigestSum, digest: string): DigestSum {
  return { count: to.count + 1, sum: hexOf(half(to.sum, 0) ^ half(digest, 0)) + hexOf(half(to.sum, 8) ^ half(digest, 8)) }
}

/** The part of a collection in which a record is compared: the last two hex digits of its id, which are random. */
export function bucketOf(id: string): string {
  return id.slice(-2)
}

const half = (hex: string, from: number): number => Number.parseInt(hex.slice(from, from + 8), 16)

const hexOf = (value: number): string => (value >>> 0).toString(16).padStart(8, '0')

/** Spreads each bit of the input over all bits of the output. */
function finish(value: number, salt: number): number {
  let mixed = value ^ salt
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x7feb352d)
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x846ca68b)
  return mixed ^ (mixed >>> 16)
}
