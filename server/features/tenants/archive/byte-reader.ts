/** Takes bytes from a stream in amounts that the reader chooses. */
export interface ByteReader {
  /** Exactly so many, in memory. Throws an error with the code `cut_off` where the stream ends before. */
  exactly(bytes: number): Promise<Buffer>
  /** Exactly so many, as they come. */
  upTo(bytes: number): AsyncGenerator<Buffer>
}

export function createByteReader(source: AsyncIterable<Buffer>): ByteReader {
  const chunks = source[Symbol.asyncIterator]()
  let rest: Buffer = Buffer.alloc(0)
  const next = async (most: number): Promise<Buffer> => {
    while (rest.byteLength === 0) {
      const { value, done } = await chunks.next()
      if (done) throw Object.assign(new Error('The stream ended too early.'), { code: 'cut_off' })
      rest = value
    }
    const taken = rest.subarray(0, most)
    rest = rest.subarray(taken.byteLength)
    return taken
  }
  async function* upTo(bytes: number): AsyncGenerator<Buffer> {
    for (let left = bytes; left > 0; ) {
      const chunk = await next(left)
      left -= chunk.byteLength
      yield chunk
    }
  }
  return {
    upTo,
    async exactly(bytes) {
      const parts: Buffer[] = []
      for await (const chunk of upTo(bytes)) parts.push(chunk)
      return Buffer.concat(parts)
    }
  }
}
