import { shallowRef, watch, type Ref } from 'vue'
import type { Person } from '#shared/people/person.ts'
import { usePeopleSearch, useSyncEngine } from '#client/sync/useSyncEngine.ts'

const MOST_SHOWN = 50

/** People found by what is typed, best first, as whole records. A slower answer never replaces a later one. */
export function usePeopleFound(typed: () => string, most = MOST_SHOWN): { people: Readonly<Ref<readonly Person[]>>; ready: Readonly<Ref<boolean>> } {
  const engine = useSyncEngine()
  const { hits, ready } = usePeopleSearch(typed, most)
  const people = shallowRef<readonly Person[]>([])
  let run = 0
  watch(hits, async (found) => {
    const mine = ++run
    const records = await Promise.all(found.map(({ id }) => engine.records.get('people', 'person', id)))
    if (mine === run) people.value = records.filter((record) => record !== null) as unknown as Person[]
  })
  return { people, ready }
}
