import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

/** What one connection carried so far, as latin1 text: enough to find words of the Postgres and Redis protocols. */
export interface Carried {
  fromClient: string
  fromService: string
  /** How much of `fromClient` was said before the cut was asked for. */
  before: number
}

/** Asked before each piece is passed on; true cuts all connections there: this piece and all that follows never arrives. */
export type CutWhen = (carried: Carried, from: 'client' | 'service') => boolean

/** A line between a process and a service of its own machine, which can be cut at a known byte. */
export interface TcpLine {
  readonly port: number
  /** Cuts at the first piece that fits; resolves then. The line is whole again for connections that are made later. */
  cut(when: CutWhen): Promise<void>
  close(): Promise<void>
}

export async function openTcpLine(servicePort: number): Promise<TcpLine> {
  let waiting: { when: CutWhen; done(): void } | null = null
  const sockets = new Set<Socket>()
  const connections = new Set<Carried>()
  const server = createServer((client) => {
    const service = connect(servicePort, '127.0.0.1')
    const carried: Carried = { fromClient: '', fromService: '', before: 0 }
    connections.add(carried)
    client.on('close', () => connections.delete(carried))
    const link = { isCut: false }
    const pass = (from: 'client' | 'service', to: Socket) => (piece: Buffer) => {
      if (link.isCut) return
      carried[from === 'client' ? 'fromClient' : 'fromService'] += piece.toString('latin1')
      if (waiting?.when(carried, from)) {
        const { done } = waiting
        waiting = null
        link.isCut = true
        done()
      } else to.write(piece)
    }
    client.on('data', pass('client', service))
    service.on('data', pass('service', client))
    for (const [one, other] of [[client, service], [service, client]] as const) {
      sockets.add(one)
      one.on('error', () => other.destroy())
      one.on('close', () => {
        sockets.delete(one)
        other.destroy()
      })
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    cut(when) {
      for (const carried of connections) carried.before = carried.fromClient.length
      return new Promise((resolve) => (waiting = { when, done: resolve }))
    },
    async close() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    }
  }
}

const lastAt = (text: string, word: string) => text.lastIndexOf(word)

/** Whether a transaction that says `words` was asked to be committed since the cut was asked for. A statement that was parsed before comes by its name alone. */
function isCommitAsked({ fromClient, before }: Carried, words: string): boolean {
  const name = new RegExp(`(keyed \\d+)\\0[^\\0]*${words}`).exec(fromClient)?.[1]
  const said = Math.max(lastAt(fromClient, words), name === undefined ? -1 : lastAt(fromClient, `\0${name}\0`))
  return said >= before && lastAt(fromClient, 'commit\0') > said
}

/** The process has asked Postgres to commit a transaction that writes to `table`; Postgres does not hear it. */
export const beforeCommitOf = (table: string): CutWhen => (carried, from) => from === 'client' && isCommitAsked(carried, table)

/** Postgres has committed a transaction that writes to `table`; the process does not hear it. */
export const afterCommitOf = (table: string): CutWhen => {
  const told = new Map<Carried, number>()
  return (carried, from) => {
    if (from === 'client' && !told.has(carried) && isCommitAsked(carried, table)) told.set(carried, carried.fromService.length)
    const asked = told.get(carried)
    return from === 'service' && asked !== undefined && carried.fromService.indexOf('COMMIT\0', asked) >= 0
  }
}

/** The process wants to tell the others of a change through Redis; nobody hears it. */
export const beforePublish = (channel: string): CutWhen => ({ fromClient }, from) =>
  from === 'client' && /publish\r\n[^\r]*\r\n[^\r]*$/i.test(fromClient.slice(0, lastAt(fromClient, channel)))
