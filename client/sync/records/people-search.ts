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
  const people = new Map<string, LocalRecord>()
  const phones = new Map<string, string>()
  const entries = new Map<string, SearchEntry>()
  let pending = new Map<string, SearchEntry>()
  let loading: Promise<void> | null = null
  let ready = false
  let closed = false

  const fold = (person: LocalRecord, phone = phones.get(person.id)): SearchEntry =>
    searchEntry({ id: person.id, name: String(person['name'] ?? ''), codes: phone ? [phone] : [] })

  function takePerson(id: string, person: LocalRecord | null): void {
    if (!person) {
      people.delete(id)
      entries.delete(id)
    } else if (person.type === 'person') {
      people.set(id, person)
      entries.set(id, fold(person))
    }
  }

  function takeContact(contact: LocalRecord | null): void {
    if (contact?.type !== 'person_contact' || typeof contact['phone'] !== 'string') return
    const personId = String(contact['personId'])
    phones.set(personId, contact['phone'])
    const person = people.get(personId)
    if (person) entries.set(personId, fold(person))
  }

  function takeLayer(): void {
    const records = [...parts.layer().records.values()]
    const contacts = records.flatMap(({ type, record }) => (type === 'person_contact' && record ? [record] : []))
    const layered = records.flatMap(({ type, record }) => (type === 'person' && record ? [record] : []))
    const phoneOf = (id: string) => contacts.find((contact) => contact['personId'] === id)?.['phone'] as string | undefined
    pending = new Map(layered.map((person) => [person.id, fold(person, phoneOf(person.id) ?? phones.get(person.id))]))
  }

  const stops = [
    parts.reads.onChange('people', (changed) => changed.forEach(({ id, record }) => takePerson(id, record))),
    parts.reads.onChange('contacts', (changed) => changed.forEach(({ record }) => takeContact(record))),
    parts.onLayer(takeLayer)
  ]

  async function loadAll(): Promise<void> {
    takeLayer()
    for await (const contacts of parts.reads.chunks('contacts', 'person_contact', chunk)) {
      contacts.forEach(takeContact)
    }
    for await (const some of parts.reads.chunks('people', 'person', chunk)) {
      for (const person of some) if (!people.has(person.id)) takePerson(person.id, person)
      if (closed) return
      await new Promise((resolve) => setTimeout(resolve, 0))
    }
    ready = true
  }

  return {
    search(query, limit = 50) {
      const settled = pending.size === 0 ? entries.values() : [...entries.values()].filter((entry) => !pending.has(entry.id))
      return rankMatches(query, pending.size === 0 ? settled : [...pending.values(), ...settled], limit)
    },
    ready: () => ready,
    load: () => (loading ??= loadAll()),
    close() {
      closed = true
      stops.forEach((stop) => stop())
    }
  }
}
