import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/** A line of its own to a server, as slow as a phone's: all connections share its bits, no delay is added. */
export interface SlowLine {
  readonly address: string
  close(): Promise<void>
}

const pieceBytes = 1_250

/** Puts a line of so many bits a second, each way, before the server at this port. Loopback, a free port. */
export async function startSlowLine(port: number, bitsPerSecond: number): Promise<SlowLine> {
  const open = new Set<Socket>()
  const [up, down] = [paced(bitsPerSecond), paced(bitsPerSecond)]
  const server = createServer((phone) => {
    const office = connect(port, '127.0.0.1')
    for (const socket of [phone, office]) {
      open.add(socket)
      socket.setNoDelay(true)
      socket.on('error', () => socket.destroy()).on('close', () => open.delete(socket))
    }
    void carry(phone, office, up)
    void carry(office, phone, down)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of open) socket.destroy()
      })
  }
}

/** Waits until the line has carried so many bytes after everything it was given before. */
function paced(bitsPerSecond: number): (bytes: number) => Promise<void> {
  let freeAt = 0
  return async (bytes) => {
    freeAt = Math.max(performance.now(), freeAt) + (bytes * 8_000) / bitsPerSecond
    await sleep(Math.max(0, freeAt - performance.now()))
  }
}

async function carry(from: Socket, to: Socket, pass: (bytes: number) => Promise<void>): Promise<void> {
  try {
    for await (const chunk of from as AsyncIterable<Buffer>) await carryChunk(chunk, to, pass)
  } catch {
    from.destroy()
  }
  to.end()
}

async function carryChunk(chunk: Buffer, to: Socket, pass: (bytes: number) => Promise<void>): Promise<void> {
  for (let at = 0; at < chunk.length; at += pieceBytes) {
    const piece = chunk.subarray(at, at + pieceBytes)
    await pass(piece.length)
    if (!to.destroyed) to.write(piece)
  }
}
