import { rankMatches, searchEntry, type SearchEntry, type SearchHit } from '#shared/search-key/search-index.ts'
import type { LocalRecord } from '#client/local-store/local-record.ts'
import type { ReplicaReads } from '#client/local-store/replica-reads.ts'
import type { PendingLayer } from './pending-layer.ts'

/** Finds people by what is typed, in any script, offline. */
export interface PeopleSearch {
  /** Best first; of people loaded so far. */
  search(query: string, limit?: number): SearchHit[]
  /** Whether all people on this device are in. */
  ready(): boolean
  /** Resolves when they are; the first call begins loading. */
  load(): Promise<void>
  close(): void
}

export interface PeopleSearchParts {
  reads: Pick<ReplicaReads, 'chunks' | 'onChange'>
  layer(): PendingLayer
  onLayer(listener: () => void): () => void
}

const chunk = 500

/** Keys of all people in memory, folded in chunks that give way to the screen, and kept up with feed and pending changes. */
export function createPeopleSearch(parts: PeopleSearchParts): PeopleSearch {
  const keys = new PeopleKeys()
  let loading: Promise<void> | null = null
  let ready = false
  let closed = false
  /** Nobody has searched yet: what comes is read when they do, not folded page by page during the first sync. */
  const once =
    <Told>(take: (told: Told) => void) =>
    (told: Told): void => {
      if (loading) take(told)
    }
  const stops = [
    parts.reads.onChange('people', once((changed) => changed.forEach(({ id, record }) => keys.takePerson(id, record)))),
    parts.reads.onChange('contacts', once((changed) => changed.forEach(({ record }) => keys.takeContact(record)))),
    parts.onLayer(() => loading && keys.takeLayer(parts.layer()))
  ]

  async function loadAll(): Promise<void> {
    keys.takeLayer(parts.layer())
    for await (const contacts of parts.reads.chunks('contacts', 'person_contact', chunk)) {
      for (const contact of contacts) keys.takeContact(contact)
    }
    for await (const people of parts.reads.chunks('people', 'person', chunk)) {
      if (closed) return
      for (const person of people) keys.takeLoaded(person)
      await new Promise((resolve) => setTimeout(resolve, 0))
    }
    ready = true
  }

  return {
    search: (query, limit = 50) => rankMatches(query, keys.entries(), limit),
    ready: () => ready,
    load: () => (loading ??= loadAll()),
    close() {
      closed = true
      stops.forEach((stop) => stop())
    }
  }
}

class PeopleKeys {
  readonly #people = new Map<string, LocalRecord>()
  readonly #phones = new Map<string, string>()
  readonly #entries = new Map<string, SearchEntry>()
  readonly #changed = new Set<string>()
  #pending = new Map<string, SearchEntry>()

  /** Pending people stand for what the server knows of them. */
  entries(): Iterable<SearchEntry> {
    if (this.#pending.size === 0) return this.#entries.values()
    const settled = [...this.#entries.values()].filter((entry) => !this.#pending.has(entry.id))
    return [...this.#pending.values(), ...settled]
  }

  takePerson(id: string, person: LocalRecord | null): void {
    this.#changed.add(id)
    if (person?.type === 'person') this.#set(person)
    else {
      this.#people.delete(id)
      this.#entries.delete(id)
    }
  }

  /** From the first reading, which must not overwrite what changed since it began. */
  takeLoaded(person: LocalRecord): void {
    if (!this.#changed.has(person.id)) this.#set(person)
  }

  takeContact(contact: LocalRecord | null): void {
    if (contact?.type !== 'person_contact') return
    const personId = String(contact['personId'])
    if (typeof contact['phone'] === 'string') this.#phones.set(personId, contact['phone'])
    else this.#phones.delete(personId)
    const person = this.#people.get(personId)
    if (person) this.#set(person)
  }

  takeLayer(layer: PendingLayer): void {
    const records = [...layer.records.values()].flatMap(({ record }) => (record ? [record] : []))
    const phones = new Map(this.#phones)
    for (const { type, personId, phone } of records) {
      if (type === 'person_contact' && typeof phone === 'string') phones.set(String(personId), phone)
    }
    const people = records.filter(({ type }) => type === 'person')
    this.#pending = new Map(people.map((person) => [person.id, folded(person, phones.get(person.id))]))
  }

  #set(person: LocalRecord): void {
    this.#people.set(person.id, person)
    this.#entries.set(person.id, folded(person, this.#phones.get(person.id)))
  }
}

function folded(person: LocalRecord, phone: string | undefined): SearchEntry {
  return searchEntry({ id: person.id, name: String(person['name'] ?? ''), codes: phone ? [phone] : [] })
}
