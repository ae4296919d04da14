import net from 'node:net'
import type { AddressInfo } from 'node:net'

/** The text that every scanner knows as a virus and that harms nobody (EICAR), put together here so that no scanner minds this file. */
export const harmlessVirus = ['X5O!P%@AP[4\\PZX54(P^)7CC)7}$', 'EICAR-STANDARD-ANTIVIRUS-TEST-FILE', '!$H+H*'].join('')

/** `silent`: takes the bytes and never answers. `broken`: ends the line instead. `full`: says that it takes no more. */
export type ClamdMood = 'well' | 'silent' | 'broken' | 'full'

export interface ClamdDouble {
  /** `host:port`. */
  readonly address: string
  mood: ClamdMood
  /** Streams that came to their end, with the sizes of their chunks. */
  readonly streams: { bytes: Buffer; chunks: number[] }[]
  /** What was wrong with frames. */
  readonly complaints: string[]
  close(): Promise<void>
}

const largestChunk = 1024 * 1024

/** clamd as far as `zINSTREAM` goes, checking every frame. */
export async function startClamdDouble(): Promise<ClamdDouble> {
  const double = { mood: 'well' as ClamdMood, streams: [] as ClamdDouble['streams'], complaints: [] as string[] }
  const open = new Set<net.Socket>()
  const server = net.createServer((socket) => {
    open.add(socket)
    let received = Buffer.alloc(0)
    socket.on('close', () => open.delete(socket))
    socket.on('error', () => undefined)
    socket.on('data', (part) => {
      received = Buffer.concat([received, part as Buffer])
      const stream = readStream(received)
      if (typeof stream === 'string') {
        double.complaints.push(stream)
        socket.destroy()
      } else if (stream) {
        double.streams.push(stream)
        answer(socket, stream.bytes, double.mood)
      }
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return Object.assign(double, {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise<void>((resolve) => {
        for (const socket of open) socket.destroy()
        server.close(() => resolve())
      })
  })
}

function answer(socket: net.Socket, bytes: Buffer, mood: ClamdMood): void {
  if (mood === 'silent') return
  if (mood === 'broken') socket.destroy()
  else if (mood === 'full') socket.end('INSTREAM size limit exceeded. ERROR\0')
  else socket.end(bytes.includes(harmlessVirus) ? 'stream: Eicar-Test-Signature FOUND\0' : 'stream: OK\0')
}

/** Null while it goes on; a text that says what is wrong. */
function readStream(received: Buffer): { bytes: Buffer; chunks: number[] } | string | null {
  const command = 'zINSTREAM\0'
  const head = received.subarray(0, command.length).toString('latin1')
  if (!command.startsWith(head)) return 'command'
  const chunks: Buffer[] = []
  for (let at = command.length; at + 4 <= received.length;) {
    const size = received.readUInt32BE(at)
    at += 4
    if (size === 0) return at === received.length ? { bytes: Buffer.concat(chunks), chunks: chunks.map((chunk) => chunk.length) } : 'bytes after the end'
    if (size > largestChunk) return 'chunk'
    if (at + size > received.length) return null
    chunks.push(received.subarray(at, at + size))
    at += size
  }
  return null
}
