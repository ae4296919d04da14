import type { LocalRecord } from '#client/local-store/local-record.ts'
import type { ChangedRecord } from '#client/local-store/replica-reads.ts'
import type { PendingLayer } from '../records/pending-layer.ts'
import type { PeopleSearch, PeopleSearchParts } from './people-search.ts'
import { openSearchDesk, type SearchDesk } from './search-desk.ts'
import type { ContactPhone, NamedPerson } from './search-order.ts'

/** Records read at once: the page gives way to the screen between two. */
const chunk = 250

/** Begins to follow what changes and to read all people into the index. `desk` is for tests. */
export async function openPeopleSearch(parts: PeopleSearchParts, desk?: SearchDesk): Promise<PeopleSearch> {
  const index = desk ?? (await openSearchDesk())
  let ready = false
  let closed = false
  const tellPending = (): void => index.take({ kind: 'pending', ...pendingOf(parts.layer()) })
  const stops = [
    parts.reads.onChange('people', (changed) => index.take({ kind: 'changed', people: changed.map(changedPerson), phones: [] })),
    parts.reads.onChange('contacts', (changed) => {
      index.take({ kind: 'changed', people: [], phones: changed.map(changedContact) })
    }),
    parts.onLayer(tellPending)
  ]
  tellPending()

  async function loadAll(): Promise<void> {
    for await (const contacts of parts.reads.chunks('contacts', 'person_contact', chunk)) {
      if (closed) return
      index.take({ kind: 'read', people: [], phones: contacts.map(phoneOf) })
      await giveWay()
    }
    for await (const people of parts.reads.chunks('people', 'person', chunk)) {
      if (closed) return
      index.take({ kind: 'read', people: people.map(named), phones: [] })
      await giveWay()
    }
    ready = true
  }

  let loading: Promise<void> | null = null
  return {
    search: (query, limit = 50) => index.find(query, limit),
    ready: () => ready,
    load: () => (loading ??= loadAll()),
    close() {
      closed = true
      for (const stop of stops) stop()
      index.close()
    }
  }
}

const giveWay = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0))

const named = (person: LocalRecord): NamedPerson => ({ id: person.id, name: String(person['name'] ?? '') })

/** The collection holds other types too; what is no person is not found. */
function changedPerson({ id, record }: ChangedRecord): NamedPerson {
  return record?.type === 'person' ? named(record) : { id, name: null }
}

function phoneOf({ id, personId, phone }: LocalRecord): ContactPhone {
  return { id, personId: String(personId), phone: typeof phone === 'string' ? phone : null }
}

function changedContact({ id, record }: ChangedRecord): ContactPhone {
  return record?.type === 'person_contact' ? phoneOf(record) : { id, personId: null, phone: null }
}

function pendingOf(layer: PendingLayer): { people: NamedPerson[]; phones: ContactPhone[] } {
  const layered = [...layer.records.values()]
  return {
    people: layered.flatMap(({ type, id, record }) => (type === 'person' ? [record ? named(record) : { id, name: null }] : [])),
    phones: layered.flatMap(({ type, record }) => (type === 'person_contact' && record ? [phoneOf(record)] : []))
  }
}
