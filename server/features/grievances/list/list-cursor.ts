import { z } from 'zod'
import { uuidSchema } from '#shared/ids.ts'
import { namedFields } from '../../../http/problems.ts'

const cursorSchema = z.tuple([z.string().max(100), z.string().max(20), uuidSchema])

/** Where a page ended: the sorted value of its last row as Postgres wrote it, and its id. */
export interface ListCursor {
  sort: string
  value: string
  id: string
}

export function writeCursor({ sort, value, id }: ListCursor): string {
  return Buffer.from(JSON.stringify([value, sort, id])).toString('base64url')
}

/** Throws `invalid_request` for a text that no page gave, or one of another order. */
export function readCursor(text: string, sort: string): ListCursor {
  const parsed = cursorSchema.safeParse(jsonOf(text))
  if (!parsed.success || parsed.data[1] !== sort) {
    throw namedFields([{ path: 'query.cursor', message: 'Take it from the page before, in the same order' }])
  }
  return { value: parsed.data[0], sort, id: parsed.data[2] }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString('utf8'))
  } catch {
    return null
  }
}
