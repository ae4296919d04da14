import { Agent, request } from 'node:http'

/** One keep-alive connection to a server. */
export interface HttpConnection {
  /** Posts JSON text; resolves to the body of a 200, throws on any other answer. */
  post(path: string, body: string, token?: string): Promise<Buffer>
  close(): void
}

export function openConnection(address: string): HttpConnection {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  return {
    post: (path, body, token) =>
      new Promise((resolve, reject) => {
        const data = Buffer.from(body)
        const headers = {
          'Content-Type': 'application/json',
          'Content-Length': data.length,
          ...(token === undefined ? {} : { Authorization: `Bearer ${token}` })
        }
        const sent = request(new URL(path, address), { agent, method: 'POST', headers }, (response) => {
          const parts: Buffer[] = []
          response.on('data', (part: Buffer) => parts.push(part))
          response.on('error', reject)
          response.on('end', () => {
            const answer = Buffer.concat(parts)
            if (response.statusCode === 200) resolve(answer)
            else reject(new Error(`${path} answered ${response.statusCode}: ${answer.subarray(0, 300).toString()}`))
          })
        })
        sent.on('error', reject)
        sent.end(data)
      }),
    close: () => agent.destroy()
  }
}

export const width = 8

/** Runs `work` on 8 connections at once; resolves to the seconds from the first to the last and what each gave. */
export async function onConnections<T>(
  address: string,
  work: (connection: HttpConnection, index: number) => Promise<T>
): Promise<{ seconds: number; results: T[] }> {
  const connections = Array.from({ length: width }, () => openConnection(address))
  try {
    const begun = performance.now()
    const results = await Promise.all(connections.map(work))
    return { seconds: (performance.now() - begun) / 1000, results }
  } finally {
    for (const connection of connections) connection.close()
  }
}
