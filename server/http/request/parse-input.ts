import express, { type Request, type RequestHandler, type Response } from 'express'
import type { z } from 'zod'
import type { FieldError } from '#shared/errors.ts'
import { invalidInput, namedFields, payloadTooLarge, unsupportedMediaType } from '../problems.ts'

/** Body limit of a JSON route that states none, in bytes. */
export const defaultBodyLimit = 256 * 1024

/** Reads a JSON body. Anything but `application/json` is refused, so a plain HTML form of another site cannot call the API. */
export async function readJsonBody(request: Request, response: Response, limit: number): Promise<unknown> {
  if (!request.is('application/json')) throw unsupportedMediaType('application/json')
  return readBody({ request, response }, limit, express.json({ limit, strict: false, type: () => true }))
}

const formType = 'application/x-www-form-urlencoded'

/** Reads a form, or else a JSON body. */
export async function readFormBody(request: Request, response: Response, limit: number): Promise<unknown> {
  if (!request.is(formType)) return readJsonBody(request, response, limit)
  return readBody({ request, response }, limit, express.urlencoded({ limit, extended: false, parameterLimit: 50 }))
}

async function readBody({ request, response }: { request: Request; response: Response }, limit: number, read: RequestHandler): Promise<unknown> {
  refuseLongBody(request, limit)
  await new Promise<void>((resolve, reject) => {
    void read(request, response, (error?: unknown) => (error ? reject(error) : resolve()))
  })
  return request.body as unknown
}

/** Refuses by the stated length, before a byte is read. */
export function refuseLongBody(request: Request, limit: number): void {
  const stated = Number(request.headers['content-length'] ?? 0)
  if (stated > limit) throw payloadTooLarge(limit)
}

/** Parses one part of the input; problems name their fields, query and path parameters with a prefix. */
export function parsePart(schema: z.ZodType | undefined, value: unknown, part: 'params' | 'query' | 'body'): unknown {
  if (!schema) return undefined
  const unstorable = unstorableText(value, part === 'body' ? [] : [part])
  if (unstorable) throw namedFields([unstorable])
  const parsed = schema.safeParse(value)
  if (!parsed.success) throw invalidInput(parsed.error, part)
  return parsed.data
}

/** Finds text that Postgres cannot keep: a NUL character, or half of a surrogate pair. */
function unstorableText(value: unknown, path: (string | number)[]): FieldError | null {
  if (typeof value === 'string') {
    const fine = !value.includes('\0') && value.isWellFormed()
    return fine ? null : { path: path.join('.'), message: 'Holds a character that cannot be stored' }
  }
  if (value === null || typeof value !== 'object') return null
  for (const [key, inner] of Object.entries(value)) {
    const found = unstorableText(inner, [...path, key]) ?? unstorableText(key, path)
    if (found) return found
  }
  return null
}
