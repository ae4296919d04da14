import type { Ring } from './geometry.ts'

/** A side of a ring between two different positions; `index` is that of its start in the ring. */
type Segment = {
  readonly ring: number; readonly index: number
  /** Place of this side in its ring and their number there, not counting sides of no length. */
  readonly order: number; readonly count: number
  readonly x1: number; readonly y1: number; readonly x2: number; readonly y2: number
  readonly minX: number; readonly maxX: number; readonly minY: number; readonly maxY: number
}

/** Two sides that may not meet. `ring` and `index` are those of the later side. */
export type SegmentContact = { readonly ring: number; readonly index: number }

/**
 * Where rings cross themselves or each other, at most `limit` places. Within one ring sides may meet only where one follows the other;
 * sides of different rings may touch in a point but not cross or run along each other (OGC simple features, as ST_IsValid).
 * A sweep from west to east over sides sorted by longitude: only sides whose boxes overlap are compared.
 */
export function segmentContacts(rings: readonly Ring[], limit: number): SegmentContact[] {
  const segments = rings.flatMap(ringSegments).sort((a, b) => a.minX - b.minX)
  const contacts: SegmentContact[] = []
  let active: Segment[] = []
  for (const segment of segments) {
    const still: Segment[] = []
    for (const other of active) {
      if (other.maxX < segment.minX) continue
      still.push(other)
      if (other.maxY < segment.minY || segment.maxY < other.minY || !forbidden(other, segment)) continue
      const later = [other, segment].sort((a, b) => a.ring - b.ring || a.index - b.index)[1]!
      contacts.push({ ring: later.ring, index: later.index })
      if (contacts.length >= limit) return contacts
    }
    still.push(segment)
    active = still
  }
  return contacts
}

function ringSegments(ring: Ring, ringNumber: number): Segment[] {
  const sides: { index: number; x1: number; y1: number; x2: number; y2: number }[] = []
  for (let index = 0; index + 1 < ring.length; index += 1) {
    const [[x1, y1], [x2, y2]] = [ring[index]!, ring[index + 1]!]
    if (x1 !== x2 || y1 !== y2) sides.push({ index, x1, y1, x2, y2 })
  }
  return sides.map((side, order) => ({
    ...side, ring: ringNumber, order, count: sides.length,
    minX: Math.min(side.x1, side.x2), maxX: Math.max(side.x1, side.x2),
    minY: Math.min(side.y1, side.y2), maxY: Math.max(side.y1, side.y2),
  }))
}

function forbidden(a: Segment, b: Segment): boolean {
  const a1 = turn(b, a.x1, a.y1), a2 = turn(b, a.x2, a.y2)
  const b1 = turn(a, b.x1, b.y1), b2 = turn(a, b.x2, b.y2)
  if (a1 * a2 < 0 && b1 * b2 < 0) return true
  if (a1 === 0 && a2 === 0) return runsAlong(a, b)
  if (a.ring !== b.ring) return false
  const touches = (a1 === 0 && within(b, a.x1, a.y1)) || (a2 === 0 && within(b, a.x2, a.y2))
    || (b1 === 0 && within(a, b.x1, b.y1)) || (b2 === 0 && within(a, b.x2, b.y2))
  return touches && !neighbours(a, b)
}

/** Two sides on one line: they may share an end when one follows the other, and no more than that. */
function runsAlong(a: Segment, b: Segment): boolean {
  const upright = Math.abs(a.x2 - a.x1) < Math.abs(a.y2 - a.y1)
  const overlap = upright ? Math.min(a.maxY, b.maxY) - Math.max(a.minY, b.minY) : Math.min(a.maxX, b.maxX) - Math.max(a.minX, b.minX)
  return overlap > 0 || (overlap === 0 && a.ring === b.ring && !neighbours(a, b))
}

function neighbours(a: Segment, b: Segment): boolean {
  const apart = Math.abs(a.order - b.order)
  return apart === 1 || apart === a.count - 1
}

/** Above 0: the point is left of the side, below: right, 0: on its line. */
function turn(side: Segment, x: number, y: number): number {
  return (side.x2 - side.x1) * (y - side.y1) - (side.y2 - side.y1) * (x - side.x1)
}

function within(side: Segment, x: number, y: number): boolean {
  return side.minX <= x && x <= side.maxX && side.minY <= y && y <= side.maxY
}
