/** How an app says what an issue is about: fields and values belong to the nouns, so the page that knows them hands this in. */
export interface IssueWords {
  /** Name of the field; the field's own name where nobody knows it. */
  field(subjectType: string | null, field: string | null): string
  /** The value as people say it. */
  value(field: string | null, value: unknown): string
  /** What the command was meant to do. */
  command(name: string): string
  person(id: string | null): string | null
}
