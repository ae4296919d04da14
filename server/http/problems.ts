import { AppError, validationError, type ErrorCode, type FieldError } from '#shared/errors.ts'
import type { z } from 'zod'

/** Refusal of input, naming its fields; query and path parameters carry the prefix `query.` and `params.`. */
export function invalidInput(error: z.ZodError, part: 'params' | 'query' | 'body'): AppError {
  const plain = validationError(error)
  if (part === 'body') return plain
  return namedFields((plain.fields ?? []).map((field) => ({ ...field, path: joined(part, field.path) })))
}

/** Refusal that names the given fields. */
export function namedFields(fields: readonly FieldError[]): AppError {
  return new AppError('invalid_request', `Not valid: ${fields.map((field) => field.path).join(', ')}`, fields)
}

export function payloadTooLarge(limit: number): AppError {
  return new AppError('too_large', `At most ${limit} bytes are taken here.`, [{ path: '', message: 'Too large' }])
}

export function unsupportedMediaType(expected: string): AppError {
  return new AppError('unsupported_media', `Send ${expected}.`, [{ path: '', message: `Expected ${expected}` }])
}

/** What Express and its body reader throw, as our own errors; everything else passes unchanged. */
export function asAppError(error: unknown): unknown {
  if (error instanceof AppError || !(error instanceof Error)) return error
  const { status, type, limit } = error as Error & { status?: number; type?: string; limit?: number }
  if (type === 'entity.too.large') return payloadTooLarge(limit ?? 0)
  if (type === 'entity.parse.failed') return bodyProblem('invalid_request', 'The body is not valid JSON.')
  if (type === 'encoding.unsupported' || type === 'charset.unsupported') {
    return bodyProblem('unsupported_media', 'The encoding of the body is not supported.')
  }
  if (type === 'request.aborted' || type === 'request.size.invalid') {
    return bodyProblem('invalid_request', 'The body ended before its stated length.')
  }
  if (isDatabaseAway(error)) return new AppError('unavailable')
  const { code } = error as { code?: string }
  if (code === statementTimeout) return new AppError('timeout')
  if (code !== undefined && crossedCodes.has(code)) return new AppError('unavailable')
  if (error instanceof URIError || status === 400) return new AppError('invalid_request', 'The address is not well formed.')
  return error
}

const statementTimeout = '57014'
/** Two transactions in each other's way: a deadlock that Postgres ended, a lock held too long, a snapshot that was overtaken. Asked again, it works. */
const crossedCodes = new Set(['40P01', '55P03', '40001'])
/** What the driver and the server say when there is no connection to be had. */
const awayCodes = new Set(['ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', 'ENOTFOUND', 'EPIPE', '53300', '57P01', '57P02', '57P03'])

function isDatabaseAway(error: Error): boolean {
  const { code } = error as { code?: string }
  if (code !== undefined) return awayCodes.has(code)
  return /^(Connection terminated|timeout exceeded when trying to connect)/.test(error.message)
}

function bodyProblem(code: ErrorCode, detail: string): AppError {
  return new AppError(code, detail, [{ path: '', message: detail }])
}

function joined(part: string, path: string): string {
  return path === '' ? part : `${part}.${path}`
}
