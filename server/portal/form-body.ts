import busboy from 'busboy'
import type { Request } from 'express'
import { payloadTooLarge, unsupportedMediaType } from '../http/problems.ts'
import { AppError } from '#shared/errors.ts'

export interface FormFile {
  readonly field: string
  readonly bytes: Buffer
  /** True when the file was larger than allowed; `bytes` is then empty. */
  readonly tooLarge: boolean
}

export interface FormBody {
  /** The last value of each field, without characters that cannot be stored; '' for one that was not sent. */
  text(name: string): string
  readonly fields: Readonly<Record<string, string>>
  readonly files: readonly FormFile[]
}

export const emptyForm: FormBody = makeForm({}, [])

const textLimit = 64 * 1024

/** Reads a posted form. Files count only where the page takes them; more or larger ones than `files` says are not kept. */
export async function readForm(request: Request, files: { count: number; bytes: number } | null): Promise<FormBody> {
  if (request.is('application/x-www-form-urlencoded')) return readUrlEncoded(request)
  if (files && request.is('multipart/form-data')) return readMultipart(request, files)
  throw unsupportedMediaType(files ? 'multipart/form-data' : 'application/x-www-form-urlencoded')
}

async function readUrlEncoded(request: Request): Promise<FormBody> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > textLimit) throw payloadTooLarge(textLimit)
    chunks.push(chunk)
  }
  return makeForm(Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString('utf8'))), [])
}

async function readMultipart(request: Request, limit: { count: number; bytes: number }): Promise<FormBody> {
  const fields: Record<string, string> = {}
  const files: FormFile[] = []
  const parser = openParser(request, limit)
  await new Promise<void>((resolve, reject) => {
    parser.on('field', (name, value) => {
      fields[name] = value
    })
    parser.on('file', (field, stream) => {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('close', () => {
        const tooLarge = (stream as { truncated?: boolean }).truncated === true
        const bytes = tooLarge ? Buffer.alloc(0) : Buffer.concat(chunks)
        if (tooLarge || bytes.length > 0) files.push({ field, bytes, tooLarge })
      })
    })
    parser.on('close', resolve)
    parser.on('error', () => reject(brokenForm()))
    request.on('aborted', () => reject(brokenForm()))
    request.pipe(parser)
  })
  return makeForm(fields, files)
}

function openParser(request: Request, limit: { count: number; bytes: number }): ReturnType<typeof busboy> {
  try {
    return busboy({
      headers: request.headers,
      limits: { files: limit.count, fileSize: limit.bytes, fieldSize: textLimit, fields: 40, parts: 60 }
    })
  } catch {
    throw brokenForm()
  }
}

function brokenForm(): AppError {
  return new AppError('invalid_request', 'The form could not be read.')
}

function makeForm(given: Record<string, string>, files: readonly FormFile[]): FormBody {
  const fields = Object.fromEntries(Object.entries(given).map(([name, value]) => [name, storable(value)]))
  return { fields, files, text: (name) => (Object.hasOwn(fields, name) ? (fields[name] ?? '').trim() : '') }
}

/** Browsers write line ends as CRLF; NUL and halves of surrogate pairs cannot be stored by Postgres. */
function storable(text: string): string {
  return text.replaceAll('\0', '').replaceAll('\r\n', '\n').toWellFormed()
}
