import type { HttpConnection } from './http-connection.ts'

/** The `people` collection, read page by page as a device does. */
export interface PeopleFeed {
  /** The JSON text of the documents of each page. */
  readPages(connection: HttpConnection): Promise<string[]>
  /** Reads everything and resolves to the bytes of the documents, without parsing them. */
  readBytes(connection: HttpConnection): Promise<number>
}

/** Cuts the reply where the protocol's order of fields allows it, so that the reader costs less than what is measured. */
function cutReply(reply: Buffer): { checkpoint: string; done: boolean; documents: Buffer } {
  const from = reply.indexOf('"documents":')
  const head = reply.subarray(0, from).toString()
  const checkpoint = /"checkpoint":(\{.*\}),"remaining":/.exec(head)?.[1]
  if (from < 0 || checkpoint === undefined)
    throw new Error('the reply to a pull has another order of fields than expected')
  return { checkpoint, done: head.includes('"done":true'), documents: reply.subarray(from + '"documents":'.length, -3) }
}

export function openPeopleFeed(token: string): PeopleFeed {
  async function readEach(connection: HttpConnection, take: (documents: Buffer) => void): Promise<void> {
    let checkpoint = 'null'
    for (let done = false; !done;) {
      const body = `{"protocol":1,"pulls":[{"collection":"people","checkpoint":${checkpoint}}]}`
      const page = cutReply(await connection.post('/api/v1/sync/pull', body, token))
      take(page.documents)
      checkpoint = page.checkpoint
      done = page.done
    }
  }
  return {
    async readPages(connection) {
      const pages: string[] = []
      await readEach(connection, (documents) => pages.push(documents.toString()))
      return pages.filter((page) => page !== '[]')
    },
    async readBytes(connection) {
      let bytes = 0
      await readEach(connection, (documents) => (bytes += documents.length > 2 ? documents.length : 0))
      return bytes
    }
  }
}
