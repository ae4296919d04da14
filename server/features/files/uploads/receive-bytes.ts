import type { IncomingMessage } from 'node:http'
import { payloadTooLarge, unsupportedMediaType } from '../../../http/problems.ts'

/**
 * Hands the body's bytes on as they come, never more than `room`: a longer body is refused by its stated length, else at
 * the first byte too many. Resolves to the offset reached, or null when the line broke; then what came before it is kept.
 */
export async function receiveBytes(
  request: IncomingMessage,
  into: { room: number; append(chunks: AsyncIterable<Uint8Array>): Promise<number>; onChunk(): Promise<void> }
): Promise<number | null> {
  if (request.headers['content-encoding'] !== undefined) throw unsupportedMediaType('bytes without a Content-Encoding')
  if (Number(request.headers['content-length'] ?? 0) > into.room) throw payloadTooLarge(into.room)
  let lineBroke = false
  async function* chunks(): AsyncGenerator<Uint8Array> {
    let room = into.room
    const body = request[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>
    for (;;) {
      const next = await body.next().catch(() => null)
      lineBroke = next === null
      if (next === null || next.done) return
      room -= next.value.length
      if (room < 0) throw payloadTooLarge(into.room)
      await into.onChunk()
      yield next.value
    }
  }
  const reached = await into.append(chunks())
  return lineBroke ? null : reached
}
