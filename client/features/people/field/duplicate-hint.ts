import { searchKey } from '#shared/search-key/search-key.ts'

interface Named {
  readonly id: string
  readonly name: string
}

/** People who sound the same as `name` in any script, so that nobody is added twice. Nothing for less than two letters of sound. */
export function soundAlike<Person extends Named>(name: string, people: Iterable<Person>, most = 5): Person[] {
  const key = searchKey(name)
  if (key.replace(/ /g, '').length < 2) return []
  const found: Person[] = []
  for (const person of people) {
    if (searchKey(person.name) === key) found.push(person)
    if (found.length === most) break
  }
  return found
}
