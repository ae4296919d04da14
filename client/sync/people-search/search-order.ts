import type { SearchHit } from '#shared/search-key/search-index.ts'

/** A person by name; null when he left this device. */
export interface NamedPerson {
  id: string
  name: string | null
}

/** What a contact says of a person's phone; without a person when the contact left this device. */
export interface ContactPhone {
  id: string
  personId: string | null
  phone: string | null
}

/**
 * What the page tells the index, in order. `read` is from the first reading of all and never stands against what
 * `changed` since it began; `pending` replaces all that was pending before.
 */
export type SearchOrder =
  | { kind: 'read' | 'changed' | 'pending'; people: readonly NamedPerson[]; phones: readonly ContactPhone[] }
  | { kind: 'find'; run: number; query: string; limit: number }

/** What a worker answers. `open`: it runs and has loaded. */
export type SearchAnswer = { kind: 'open' } | { kind: 'found'; run: number; hits: SearchHit[] }
