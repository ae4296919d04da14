/**
 * Stands in for RxDB's `rx-query-mingo` and mingo's order in the build of the field app: of the whole query language (49 kB) RxDB's own
 * bookkeeping asks only for these few operators, and our records are read by index, not by RxDB queries.
 */
type Fields = Readonly<Record<string, unknown>>
type Condition = (value: unknown) => boolean

const comparable = (a: unknown, b: unknown): boolean => typeof a === typeof b && (typeof a === 'string' || typeof a === 'number')
const ordered = (holds: (a: string | number, b: string | number) => boolean) => (wanted: unknown): Condition => (value) =>
  comparable(value, wanted) && holds(value as string | number, wanted as string | number)

const conditions: Readonly<Record<string, (wanted: unknown) => Condition>> = {
  $eq: (wanted) => (value) => (value ?? null) === (wanted ?? null),
  $ne: (wanted) => (value) => (value ?? null) !== (wanted ?? null),
  $in: (wanted) => (value) => (wanted as unknown[]).includes(value),
  $gt: ordered((a, b) => a > b),
  $gte: ordered((a, b) => a >= b),
  $lt: ordered((a, b) => a < b),
  $lte: ordered((a, b) => a <= b)
}

/** Judges documents by a selector in Mongo's form. Throws for an operator it does not know, instead of a wrong answer. */
export function getMingoQuery(selector: Fields): { test(document: Fields): boolean } {
  return { test: matcherOf(selector) }
}

/** The order of two texts or two numbers; anything else is left where it is. */
export const compare = (a: unknown, b: unknown): number => (comparable(a, b) && a !== b ? ((a as string) < (b as string) ? -1 : 1) : 0)

function matcherOf(selector: Fields): (document: Fields) => boolean {
  const parts = Object.entries(selector).map(([name, wanted]) => {
    if (name === '$and' || name === '$or') {
      const some = (wanted as Fields[]).map(matcherOf)
      return (document: Fields) => (name === '$and' ? some.every((one) => one(document)) : some.some((one) => one(document)))
    }
    if (name.startsWith('$')) throw new Error(`The replicas know no query operator ${name}.`)
    const condition = conditionOf(wanted)
    return (document: Fields) => condition(valueAt(document, name))
  })
  return (document) => parts.every((part) => part(document))
}

function conditionOf(wanted: unknown): Condition {
  if (typeof wanted !== 'object' || wanted === null) return conditions['$eq']!(wanted)
  const all = Object.entries(wanted).map(([operator, operand]) => {
    const condition = conditions[operator]
    if (!condition) throw new Error(`The replicas know no query operator ${operator}.`)
    return condition(operand)
  })
  return (value) => all.every((one) => one(value))
}

function valueAt(document: Fields, path: string): unknown {
  return path.split('.').reduce<unknown>((value, name) => (value as Fields | undefined)?.[name], document)
}
