/** Rows of one statement, and bytes of them from which on it is sent. */
const batchRows = 500
const batchBytes = 2_000_000
/** The longest row that is taken: outlines of a large ward are some megabytes. */
const mostLineBytes = 64_000_000

/** Lines of a text that comes in chunks, in groups of a size that a statement carries. Throws for a line without end. */
export async function* lineBatches(chunks: AsyncIterable<Buffer>): AsyncGenerator<string[]> {
  let rest: Buffer[] = []
  let restBytes = 0
  let lines: string[] = []
  let bytes = 0
  for await (const chunk of chunks) {
    let from = 0
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, from)) {
      const line = Buffer.concat([...rest, chunk.subarray(from, end)])
      rest = []
      restBytes = 0
      from = end + 1
      lines.push(line.toString('utf8'))
      bytes += line.byteLength
      if (lines.length >= batchRows || bytes >= batchBytes) {
        yield lines
        lines = []
        bytes = 0
      }
    }
    rest.push(chunk.subarray(from))
    restBytes += chunk.byteLength - from
    if (restBytes > mostLineBytes) throw Object.assign(new Error('A row is too long.'), { code: 'cut_off' })
  }
  if (restBytes > 0) throw Object.assign(new Error('The last row has no end.'), { code: 'cut_off' })
  if (lines.length > 0) yield lines
}
