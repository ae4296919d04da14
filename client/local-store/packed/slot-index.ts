import type { PackedDocument, PackedRecord } from './disk/packed-record.ts'

/** Where the newest state of a document stands. */
export interface Slot {
  readonly id: string
  record: PackedRecord
  at: number
  /** The parsed document while it is kept; it can be made again. */
  document: PackedDocument | null
}

/** Follows the documents of a collection: told before a document changes, and after. */
export interface SlotIndex {
  remove(slot: Slot): void
  add(slot: Slot): void
}

/** Documents by the value of one field, in no order: cheap to make, unlike sorting. */
export class GroupIndex implements SlotIndex {
  private readonly groups = new Map<unknown, Set<Slot>>()
  private readonly valueOf: (slot: Slot) => unknown

  constructor(slots: Iterable<Slot>, valueOf: (slot: Slot) => unknown) {
    this.valueOf = valueOf
    for (const slot of slots) this.add(slot)
  }

  get(value: unknown): Iterable<Slot> {
    return this.groups.get(value) ?? []
  }

  add(slot: Slot): void {
    const value = this.valueOf(slot)
    const group = this.groups.get(value)
    if (group) group.add(slot)
    else this.groups.set(value, new Set([slot]))
  }

  remove(slot: Slot): void {
    this.groups.get(this.valueOf(slot))?.delete(slot)
  }
}

interface Entry {
  readonly key: string
  readonly slot: Slot
}

/** Documents in the order of a text made of their indexed fields. Their ids are part of it, so no two texts are equal. */
export class SortedIndex implements SlotIndex {
  private readonly keyOf: (slot: Slot) => string
  private readonly entries: Entry[]

  constructor(slots: Iterable<Slot>, keyOf: (slot: Slot) => string) {
    this.keyOf = keyOf
    this.entries = Array.from(slots, (slot) => ({ key: keyOf(slot), slot }))
    this.entries.sort((a, b) => (a.key < b.key ? -1 : 1))
  }

  add(slot: Slot): void {
    const key = this.keyOf(slot)
    this.entries.splice(this.firstAt(key, true), 0, { key, slot })
  }

  remove(slot: Slot): void {
    this.entries.splice(this.firstAt(this.keyOf(slot), true), 1)
  }

  /** Position of the first text that is `>= key`, or `> key` where it is not included. */
  firstAt(key: string, included: boolean): number {
    let low = 0
    let high = this.entries.length
    while (low < high) {
      const middle = (low + high) >>> 1
      const at = this.entries[middle]!.key
      if (included ? at < key : at <= key) low = middle + 1
      else high = middle
    }
    return low
  }

  slice(from: number, to: number): Slot[] {
    return this.entries.slice(from, to).map(({ slot }) => slot)
  }
}
