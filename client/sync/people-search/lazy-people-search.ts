import type { PeopleSearch, PeopleSearchParts } from './people-search.ts'

/** Nothing is fetched, read or folded before somebody looks for people: the first sync and the start go without it. */
export function createPeopleSearch(parts: PeopleSearchParts): PeopleSearch {
  let opening: Promise<PeopleSearch> | null = null
  let opened: PeopleSearch | null = null
  let closed = false

  async function open(): Promise<PeopleSearch> {
    opened = await (await import('./open-people-search.ts')).openPeopleSearch(parts)
    if (closed) opened.close()
    return opened
  }

  /** A failure is not remembered: the next search tries again. */
  const use = (): Promise<PeopleSearch> =>
    (opening ??= open().catch((error: unknown) => {
      opening = null
      throw error
    }))

  return {
    search: async (query, limit) => (await use()).search(query, limit),
    ready: () => opened?.ready() ?? false,
    load: async () => (await use()).load(),
    close() {
      closed = true
      opened?.close()
    }
  }
}
