/** How an app says what an issue is about: fields and values belong to the nouns, so the page that knows them hands this in. */
export interface IssueWords {
  /** Name of the field; the field's own name where nobody knows it. */
  field(subjectType: string | null, field: string | null): string
  /** The value as people say it. */
  value(field: string | null, value: unknown): string
  /** What the command was meant to do. */
  command(name: string): string
  person(id: string | null): string | null
  /** Name of an argument of a command; null for one that only machines read. */
  argument(name: string): string | null
  /** A number of things. */
  count(count: number): string
}
