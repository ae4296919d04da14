import 'fake-indexeddb/auto'
import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { PushRequest } from '#shared/protocol/push.ts'
import { memoryLocks } from '#client/device/locks.ts'
import { createApiClient } from '#client/http/api-client.ts'
import { Outbox } from '#client/local-store/outbox.ts'
import { testClock } from '#client/testing/field-device.ts'
import { StandInServer, type Mishap } from '#client/testing/stand-in-server.ts'
import { flushOutbox, type FlushParts } from './flush-outbox.ts'
import { newFlushMemory } from './push-batch.ts'

const tenantId = randomUUID()
let owner = { tenantSlug: 't', userId: '', deviceId: '' }
let outbox: Outbox
let server: StandInServer
let parts: FlushParts

function openParts(): FlushParts {
  const tokens = { current: async () => 'token', refresh: async () => 'token' }
  const api = createApiClient({
    basePath: '',
    origin: 'http://office.test',
    tokens,
    fetch: (input, init) => server.fetch(input, init)
  })
  return { outbox, api, locks: memoryLocks(), clock: testClock(), tenantId, app: 'test', memory: newFlushMemory() }
}

beforeEach(() => {
  owner = { tenantSlug: 't', userId: randomUUID(), deviceId: randomUUID() }
  outbox = new Outbox(owner)
  server = new StandInServer(tenantId)
  parts = openParts()
})
afterEach(() => outbox.close())

async function save(about: { writes?: string[]; touches?: string[]; text?: string } = {}): Promise<string> {
  const id = randomUUID()
  const command = { id, v: 1, name: 'test.note', args: { text: about.text ?? 'x' }, at: 1, actor: null, device: null }
  const { writes = [], touches = writes } = about
  await outbox.append({ command, title: '', subject: null, writes, touches, blobs: [] })
  return id
}

const sentIds = () =>
  server.requests
    .filter(({ path }) => path.endsWith('/push'))
    .map(({ body }) => (body as { commands: { id: string }[] }).commands.map(({ id }) => id))
const states = async () => (await outbox.rows()).map((row) => row.verdict ?? row.state)
const breakOnce = (mishap: Mishap) => {
  let broken = false
  server.mishap = () => {
    if (broken) return null
    broken = true
    return mishap
  }
}

describe('flushOutbox', () => {
  it('sends in order of saving, in batches of at most 256 kB, 100 at first and more where those came through', async () => {
    const ids = []
    for (let n = 0; n < 130; n += 1) ids.push(await save())
    const large = await save({ text: 'y'.repeat(200_000) })
    const larger = await save({ text: 'z'.repeat(300_000) })
    expect(await flushOutbox(parts)).toEqual({ kind: 'clean' })
    expect(sentIds().flat()).toEqual([...ids, large, larger])
    expect(sentIds().map((batch) => batch.length)).toEqual([100, 31, 1])
    expect(server.commands.size).toBe(132)
  })

  it('reads of a long queue only what it needs, passes those set aside, and tells how many are left', async () => {
    const ids: string[] = []
    for (let n = 0; n < 420; n += 1) ids.push(await save())
    for (const id of ids.slice(0, 210)) await outbox.setAside(id, { kind: 'receipt' })
    const unsent = vi.spyOn(outbox, 'unsent')
    expect(await flushOutbox(parts)).toEqual({ kind: 'clean' })
    expect(sentIds().flat()).toEqual(ids.slice(210))
    expect(server.requests.map(({ body }) => (body as PushRequest).unsent)).toMatchObject([
      { count: 320, oldestAt: 1, items: { length: 50 } },
      { count: 210, items: { length: 50 } }
    ])
    await outbox.retryTroubled()
    unsent.mockClear()
    await flushOutbox({ ...parts, memory: newFlushMemory() })
    const first = await unsent.mock.results[0]!.value
    expect(first).toMatchObject({ count: 210, rows: { length: 200 } })
    expect(sentIds().flat()).toEqual([...ids.slice(210), ...ids.slice(0, 210)])
  })

  it('settles by the duplicate verdict when the first reply was lost, and the server has it once', async () => {
    const id = await save()
    breakOnce('lost-reply')
    expect(await flushOutbox(parts)).toEqual({ kind: 'offline' })
    expect(await states()).toEqual(['sent'])
    outbox.close()
    outbox = new Outbox(owner)
    parts = openParts()
    expect(await flushOutbox(parts)).toEqual({ kind: 'clean' })
    expect(sentIds()).toEqual([[id], [id]])
    expect(server.commands.size).toBe(1)
    expect((await outbox.rows())[0]).toMatchObject({ state: 'settled', verdict: 'applied' })
  })

  it('settles one refused by the rules without holding up the others', async () => {
    const bad = await save()
    await save()
    server.judge = (command) => ({ verdict: command.id === bad ? 'rejected' : 'applied' })
    await flushOutbox(parts)
    expect(await states()).toEqual(['rejected', 'applied'])
  })

  it('finds the one command the server cannot read, sets it aside and sends all others', async () => {
    const ids = []
    for (let n = 0; n < 9; n += 1) ids.push(await save({ text: n === 4 ? 'poison' : 'fine' }))
    server.mishap = (_path, body) => (JSON.stringify(body).includes('poison') ? { status: 400 } : null)
    expect(await flushOutbox(parts)).toEqual({ kind: 'clean' })
    expect([...server.commands.keys()].sort()).toEqual(ids.filter((_, n) => n !== 4).sort())
    const rows = await outbox.rows()
    expect(rows[4]).toMatchObject({ verdict: null, trouble: { kind: 'refused', status: 400 } })
    server.mishap = () => null
    await outbox.retryTroubled(ids[4])
    await flushOutbox(parts)
    expect(server.commands.size).toBe(9)
  })

  it('does not count a receipt that is for other content: the command stays and is marked', async () => {
    await save({ text: 'Rs 500' })
    server.spoil = (reply) => ({
      ...reply,
      verdicts: reply.verdicts.map((verdict) => ({
        ...verdict,
        receipt: { ...verdict.receipt!, hash: 'c'.repeat(64) }
      })),
      batches: reply.batches.map((batch) => ({ ...batch, hashes: ['c'.repeat(64)] }))
    })
    await flushOutbox(parts)
    expect((await outbox.rows())[0]).toMatchObject({ verdict: null, receipt: null, trouble: { kind: 'receipt' } })
    expect((await outbox.marks()).lastReceivedAt).toBeNull()
  })

  it('does not count a verdict without a receipt, nor one outside its signed batch', async () => {
    await save()
    await save()
    server.spoil = (reply) => {
      const [first, second] = reply.verdicts
      const { receipt: _receipt, ...bare } = first!
      return { ...reply, verdicts: [bare, second!], batches: [] }
    }
    await flushOutbox(parts)
    expect((await outbox.rows()).map((row) => [row.verdict, row.trouble?.kind])).toEqual([
      [null, 'receipt'],
      [null, 'receipt']
    ])
  })

  it('holds back only what builds on a command that has to wait', async () => {
    const [grievance, other] = [randomUUID(), randomUUID()]
    const first = await save({ writes: [grievance] })
    await save({ touches: [grievance] })
    const third = await save({ writes: [other] })
    server.judge = (command) => (command.id === first ? { verdict: 'retry', afterMs: 60_000 } : { verdict: 'applied' })
    parts.memory.count = 1
    const outcome = await flushOutbox(parts)
    expect(outcome).toMatchObject({ kind: 'later' })
    expect([...server.commands.keys()]).toEqual([third])
    expect(await states()).toEqual(['sent', 'pending', 'applied'])
  })

  it('lets one of two tabs send, the other one not', async () => {
    for (let n = 0; n < 5; n += 1) await save()
    const outcomes = await Promise.all([flushOutbox(parts), flushOutbox({ ...parts, memory: newFlushMemory() })])
    expect(outcomes.map(({ kind }) => kind).sort()).toEqual(['busy', 'clean'])
    expect(sentIds()).toHaveLength(1)
  })

  it('keeps everything and says why when the server is overloaded or the login is over', async () => {
    await save()
    breakOnce({ status: 503 })
    expect(await flushOutbox(parts)).toEqual({ kind: 'refused', status: 503, retryAfterMs: null })
    server.mishap = () => ({ status: 401 })
    expect(await flushOutbox(parts)).toEqual({ kind: 'ended' })
    server.mishap = () => null
    expect(await flushOutbox(parts)).toEqual({ kind: 'clean' })
    expect(server.commands.size).toBe(1)
  })

  it('sends a batch only after the answer to the one before, and each once', async () => {
    const ids = []
    for (let n = 0; n < 40; n += 1) ids.push(await save())
    parts.memory.count = 2
    let [onTheirWay, most] = [0, 0]
    const { api } = parts
    const call: typeof api.call = async (request) => {
      most = Math.max(most, (onTheirWay += 1))
      return api.call(request).finally(() => (onTheirWay -= 1))
    }
    expect(await flushOutbox({ ...parts, api: { ...api, call } })).toEqual({ kind: 'clean' })
    expect(most).toBe(1)
    expect(sentIds().flat()).toEqual(ids)
    expect(await states()).toEqual(ids.map(() => 'applied'))
  })

  it('writes what was answered before it stops for want of a line', async () => {
    for (let n = 0; n < 12; n += 1) await save()
    parts.memory.count = 2
    server.mishap = () => (server.requests.length > 2 ? 'no-line' : null)
    const settle = vi.spyOn(outbox, 'settle')
    const write = Outbox.prototype.settle.bind(outbox)
    settle.mockImplementation(async (settlement) => {
      if (settle.mock.calls.length === 2) await vi.waitUntil(() => server.requests.length > 2)
      for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve))
      return write(settlement)
    })
    expect(await flushOutbox(parts)).toEqual({ kind: 'offline' })
    const answered = server.commands.size
    expect(answered).toBeGreaterThan(2)
    expect((await states()).filter((state) => state === 'applied')).toHaveLength(answered)
  })

  it('sends what a restored server lost before the rest of the queue', async () => {
    const lost = [await save(), await save()]
    await flushOutbox(parts)
    await outbox.markApplied(lost)
    server.generation = 2
    server.commands.clear()
    const [first, ...rest] = [await save(), await save(), await save()]
    await flushOutbox({ ...parts, memory: { ...newFlushMemory(), count: 1 } })
    expect(sentIds().flat()).toEqual([...lost, first, ...lost, ...rest])
    expect(await states()).toEqual(['applied', 'applied', 'applied', 'applied', 'applied'])
  })

  it('makes batches smaller when the server finds one too large', async () => {
    for (let n = 0; n < 8; n += 1) await save()
    server.mishap = (_path, body) => ((body as { commands: unknown[] }).commands.length > 2 ? { status: 413 } : null)
    expect(await flushOutbox(parts)).toEqual({ kind: 'clean' })
    expect(server.commands.size).toBe(8)
  })
})
