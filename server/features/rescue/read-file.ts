import { rescueLimits } from '#shared/rescue/rescue-file.ts'
import type { RawRequest } from '../../http/define-route.ts'
import { payloadTooLarge, unsupportedMediaType } from '../../http/problems.ts'

/** The body as it came, never more than a rescue file may have: a longer one is refused at its first byte too many. */
export async function readFile(request: RawRequest): Promise<Buffer<ArrayBuffer>> {
  if (request.headers['content-encoding'] !== undefined) throw unsupportedMediaType('bytes without a Content-Encoding')
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > rescueLimits.fileBytes) throw payloadTooLarge(rescueLimits.fileBytes)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
