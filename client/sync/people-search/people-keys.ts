import { rankMatches, searchEntry, type SearchEntry, type SearchHit } from '#shared/search-key/search-index.ts'
import type { KnownWords } from '#shared/search-key/search-key.ts'
import type { ContactPhone, NamedPerson, SearchOrder } from './search-order.ts'

type News = Exclude<SearchOrder, { kind: 'find' }>

/** The folded names of all people in memory. Pending people stand for what the server knows of them. */
export class PeopleKeys {
  readonly #names = new Map<string, string>()
  readonly #phones = new Map<string, string>()
  readonly #owners = new Map<string, string>()
  readonly #entries = new Map<string, SearchEntry>()
  readonly #changed = new Set<string>()
  readonly #known: KnownWords = new Map()
  #pending: Pick<News, 'people' | 'phones'> = { people: [], phones: [] }
  #shown: SearchEntry[] | null = null

  take(news: News): void {
    this.#shown = null
    if (news.kind === 'pending') {
      this.#pending = news
      return
    }
    const isNew = (id: string): boolean => news.kind === 'changed' || !this.#changed.has(id)
    for (const contact of news.phones) if (isNew(contact.id)) this.#setPhone(contact)
    for (const person of news.people) if (isNew(person.id)) this.#setPerson(person)
    if (news.kind !== 'changed') return
    for (const { id } of [...news.people, ...news.phones]) this.#changed.add(id)
  }

  find(query: string, limit: number): SearchHit[] {
    this.#shown ??= this.#join()
    return rankMatches(query, this.#shown, limit)
  }

  #join(): SearchEntry[] {
    const shown = new Map(this.#entries)
    const names = new Map(this.#pending.people.map(({ id, name }) => [id, name]))
    const phones = new Map(this.#pending.phones.map(({ personId, phone }) => [personId, phone]))
    for (const id of [...names.keys(), ...phones.keys()]) {
      if (id === null) continue
      const name = names.has(id) ? names.get(id) : this.#names.get(id)
      if (name == null) shown.delete(id)
      else shown.set(id, this.#fold(id, name, phones.has(id) ? phones.get(id) : this.#phones.get(id)))
    }
    return [...shown.values()]
  }

  #setPerson({ id, name }: NamedPerson): void {
    if (name === null) {
      this.#names.delete(id)
      this.#entries.delete(id)
    } else {
      this.#names.set(id, name)
      this.#entries.set(id, this.#fold(id, name, this.#phones.get(id)))
    }
  }

  #setPhone({ id, personId, phone }: ContactPhone): void {
    const owner = personId ?? this.#owners.get(id)
    if (owner === undefined) return
    this.#owners.set(id, owner)
    if (phone === null) this.#phones.delete(owner)
    else this.#phones.set(owner, phone)
    const name = this.#names.get(owner)
    if (name !== undefined) this.#setPerson({ id: owner, name })
  }

  #fold(id: string, name: string, phone: string | null | undefined): SearchEntry {
    return searchEntry({ id, name, codes: phone ? [phone] : [] }, this.#known)
  }
}
