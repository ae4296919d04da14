import { canonicalJson } from '#shared/protocol/canonical-json.ts'

export interface Difference {
  what: string
  here: unknown
  there: unknown
}

/** What a device holds against what it should hold, by id and content. */
export function differences(here: ReadonlyMap<string, unknown>, there: ReadonlyMap<string, unknown>): Difference[] {
  const found: Difference[] = []
  for (const [id, wanted] of there) {
    if (!here.has(id)) found.push({ what: `missing ${id}`, here: null, there: wanted })
    else if (canonicalJson(here.get(id)) !== canonicalJson(wanted)) found.push({ what: `different ${id}`, here: here.get(id), there: wanted })
  }
  for (const [id, held] of here) if (!there.has(id)) found.push({ what: `not his ${id}`, here: held, there: null })
  return found
}

/** Without records that may be there beyond what is his. */
export function beyond(found: readonly Difference[], allowed: ReadonlySet<string>): Difference[] {
  return found.filter((one) => !(one.there === null && allowed.has((one.here as { id?: string } | null)?.id ?? '')))
}

/** Thrown by every invariant; the name says which one. */
export class Broken extends Error {
  constructor(invariant: string, details: unknown) {
    super(`${invariant}: ${JSON.stringify(details, null, 1).slice(0, 12_000)}`)
    this.name = 'Broken'
  }
}

export function mustBeEmpty(invariant: string, found: readonly unknown[]): void {
  if (found.length > 0) throw new Broken(invariant, found.slice(0, 3))
}
