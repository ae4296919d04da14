import { Agent, request, type IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { brotliDecompressSync } from 'node:zlib'
import { collectionNames, type CollectionName } from '#shared/protocol/collection-names.ts'
import type { Checkpoint } from '#shared/protocol/position.ts'
import type { PullReply } from '#shared/protocol/pull.ts'
import { logInTo } from '#server/testing/start-test-server.ts'
import { compareRuns, type BenchRow } from '../bench-row.ts'
import type { BenchPlan } from '../bench-plan.ts'
import { watchForeignCpu } from '../stage/foreign-cpu.ts'
import { fileCase } from '../stage/bench-cases.ts'
import { openConnection } from '../stage/http-connection.ts'

const budgetBytes = 10_000
const filed = 10

interface Reading {
  readonly reply: PullReply
  /** Request and response with their heads, as they went over the socket. */
  readonly bytes: number
}

/** A device that was away for a day asks for all collections: bytes over the socket and requests until it has all 20 changed records. */
export async function measureDelta({ services, docs }: BenchPlan): Promise<BenchRow[]> {
  const people = docs ?? 1_000
  const office = await services.openOffice(people)
  const { reply } = await logInTo(office.web.address, 'field_worker')
  const token = reply.accessToken
  const foreign = watchForeignCpu()
  const held = await readOn(office.web.address, { token, from: new Map() })
  const connection = openConnection(office.web.address)
  for (let n = 0; n < filed; n += 1) {
    await fileCase(connection, { token, fixture: office.fixture, description: `Street light ${n} is dark since Monday, the pole leans over the road` })
  }
  connection.close()
  await sleep(1_000)
  const day = await readOn(office.web.address, { token, from: held.checkpoints })
  if (day.documents !== 2 * filed || day.requests !== 1) throw new Error(`${day.documents} records came in ${day.requests} requests`)
  const detail = `${day.documents} changed records of ${people} people and their cases, all collections asked in ${day.requests} request; request and reply with heads, brotli; other processes ${foreign()} % of the cores`
  return [compareRuns({ name: 'delta-day', detail, unit: 'bytes', reference: 'budget', ours: [day.bytes], floor: [budgetBytes] })]
}

/** Pulls every collection to its end. */
async function readOn(address: string, { token, from }: { token: string; from: ReadonlyMap<CollectionName, Checkpoint> }) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const checkpoints = new Map(from)
  let [requests, bytes, documents] = [0, 0, 0]
  for (let due: readonly CollectionName[] = collectionNames; due.length > 0;) {
    const pulls = due.map((collection) => ({ collection, checkpoint: checkpoints.get(collection) ?? null }))
    const reading = await read({ address, agent, token }, JSON.stringify({ protocol: 1, pulls }))
    requests += 1
    bytes += reading.bytes
    for (const page of reading.reply.pulls) {
      checkpoints.set(page.collection, page.checkpoint)
      documents += page.documents.length
    }
    due = reading.reply.pulls.filter((page) => !page.done).map((page) => page.collection)
  }
  agent.destroy()
  return { checkpoints, requests, bytes, documents }
}

function read({ address, agent, token }: { address: string; agent: Agent; token: string }, body: string): Promise<Reading> {
  return new Promise((resolve, reject) => {
    const headers = { 'Content-Type': 'application/json', Authorization: `Bearer ${token}`, 'Accept-Encoding': 'br' }
    const sent = request(new URL('/api/v1/sync/pull', address), { agent, method: 'POST', headers }, (response: IncomingMessage) => {
      const [socket, parts]: [Socket, Buffer[]] = [response.socket, []]
      response.on('data', (part: Buffer) => parts.push(part))
      response.on('end', () => {
        const [total, before] = [socket.bytesRead + socket.bytesWritten, socketBytes.get(socket) ?? 0]
        socketBytes.set(socket, total)
        const raw = Buffer.concat(parts)
        const text = response.headers['content-encoding'] === 'br' ? brotliDecompressSync(raw) : raw
        resolve({ reply: JSON.parse(text.toString()) as PullReply, bytes: total - before })
      })
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

/** What went over a kept connection before. */
const socketBytes = new WeakMap<Socket, number>()
