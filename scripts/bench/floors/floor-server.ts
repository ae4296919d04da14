import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { floorPageText } from './floor-page.ts'

/** What the floors in the browser load: their page, ready-made pages of documents, and a stream that echoes what is posted. Loopback, a free port. */
export interface FloorServer {
  readonly address: string
  close(): Promise<void>
}

/**
 * `pages` are JSON texts, served as they are at `/pages/<n>`. `POST /echo` sends its body to every `/stream`, `POST /rows`
 * answers when `store` has done with it.
 */
export async function startFloorServer(
  pages: readonly string[],
  store: (rows: string) => Promise<unknown> = () => Promise.resolve()
): Promise<FloorServer> {
  const bodies = pages.map((page) => Buffer.from(page))
  const streams = new Set<ServerResponse>()
  const server = createServer(async (request, response) => {
    const [, kind = '', page = ''] = (request.url ?? '').split('/')
    if (kind === 'floor') {
      response.setHeader('Content-Type', 'text/html')
      response.end(floorPageText())
    } else if (kind === 'pages') {
      response.setHeader('Content-Type', 'application/json')
      response.end(bodies[Number(page)])
    } else if (kind === 'stream') {
      response.writeHead(200, { 'Content-Type': 'text/event-stream' })
      response.write(':\n\n')
      streams.add(response)
      response.on('close', () => streams.delete(response))
    } else {
      const parts: Buffer[] = []
      for await (const part of request) parts.push(part as Buffer)
      const body = Buffer.concat(parts).toString()
      if (kind === 'rows') await store(body)
      else for (const stream of streams) stream.write(`data: ${body}\n\n`)
      response.end('{}')
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      })
  }
}
