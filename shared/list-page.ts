import { z } from 'zod'
import { uuidSchema } from './ids.ts'

/** Query of a list that is read page by page: `after` is the `next` of the page before. */
export const pageQuerySchema = (most: number) =>
  z.object({ after: uuidSchema.optional(), limit: z.coerce.number().int().min(1).max(most).default(most) })
export type PageQuery = z.infer<ReturnType<typeof pageQuerySchema>>

/** Of a reply: the id to ask on with, null at the end. */
export const nextSchema = uuidSchema.nullable()

/** A page of at most `limit` rows, from one row more than that. */
export function pageOf<R extends { readonly id: string }>(rows: readonly R[], limit: number): { page: R[]; next: string | null } {
  const page = rows.slice(0, limit)
  return { page, next: rows.length > limit ? (page.at(-1)?.id ?? null) : null }
}

/** Comma separated in the address: `state=submitted,triaged`; at most 50. */
export function listOf<S extends z.ZodType<unknown, string>>(item: S) {
  return z.string().transform((text) => text.split(',')).pipe(z.array(item).min(1).max(50))
}
