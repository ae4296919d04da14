import type { PeopleSearch, PeopleSearchParts } from './people-search.ts'

/** The people search, fetched and filled when somebody first looks for people: a start goes without it. Before, it finds nobody. */
export function openPeopleSearch(parts: PeopleSearchParts): PeopleSearch {
  let opened: PeopleSearch | null = null
  let loading: Promise<void> | null = null
  let closed = false

  async function open(): Promise<void> {
    const { createPeopleSearch } = await import('./people-search.ts')
    if (closed) return
    opened = createPeopleSearch(parts)
    await opened.load()
  }

  return {
    search: (query, limit) => opened?.search(query, limit) ?? [],
    ready: () => opened?.ready() ?? false,
    load: () =>
      (loading ??= open().catch((error: unknown) => {
        loading = null
        throw error
      })),
    close() {
      closed = true
      opened?.close()
    }
  }
}
