import type { Household } from '#shared/people/person.ts'
import { searchText } from '#shared/search-key/search-key.ts'

/** "12/4 Kamaraj Road": how a house is told apart from its neighbours. */
export function householdLabel(household: Pick<Household, 'houseNumber' | 'street'>): string {
  return [household.houseNumber, household.street].filter(Boolean).join(' ')
}

const inOrder = new Intl.Collator(undefined, { numeric: true })

/** By street, then by house number as people count: 2 before 10. */
export function byAddress(a: Household, b: Household): number {
  return inOrder.compare(a.street, b.street) || inOrder.compare(a.houseNumber, b.houseNumber)
}

/** Houses whose number or street holds every word typed, at most `most`. */
export function housesMatching(households: readonly Household[], typed: string, most = 20): Household[] {
  const words = searchText(typed).split(' ').filter(Boolean)
  if (words.length === 0) return []
  const found: Household[] = []
  for (const household of households) {
    const text = searchText(householdLabel(household))
    if (words.every((word) => text.split(' ').some((part) => part.startsWith(word)))) found.push(household)
    if (found.length === most) break
  }
  return found
}
