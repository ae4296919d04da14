import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { oldestPullVersion } from '#shared/protocol/protocol-version.ts'
import type { PullReply } from '#shared/protocol/pull.ts'
import type { PushReply } from '#shared/protocol/push.ts'
import { createReceiptSigner, receiptHash } from '#server/sync/receipt-signer.ts'
import { awaitHorizon } from '#server/testing/office-fixture.ts'
import { startTestServer, type TestServer } from '#server/testing/start-test-server.ts'
import { createTestDatabase, type TestDatabase } from '#server/testing/template-database.ts'
import { createTestRedis, type TestRedis } from '#server/testing/test-redis.ts'
import { createAliases } from './golden-aliases.ts'
import { commandsOf, pullMeaning, pushMeaning } from './golden-meaning.ts'
import { act, goldenIds, logInGolden, makeGoldenOffice, type GoldenSessions } from './golden-office.ts'
import { readGolden, readGoldenSchemas, type Exchange, type GoldenStep } from './golden-step.ts'
import { wireTo, type Wire } from './golden-wire.ts'

// What devices of released versions send is answered today as it was then: the recorded story is played against today's
// server. Receipts, ids and times differ; verdicts, codes, documents and their fields may not.

const versions = [1]
let redis: TestRedis
let database: TestDatabase
let server: TestServer
let sessions: GoldenSessions
let wire: Wire

beforeAll(async () => {
  redis = await createTestRedis()
})
afterAll(() => redis.drop())

async function open(): Promise<void> {
  database = await createTestDatabase()
  server = await startTestServer({ database, redisUrl: redis.url })
  await makeGoldenOffice(database)
  sessions = await logInGolden(server.url)
  wire = wireTo(server, sessions)
}

async function close(): Promise<void> {
  await server?.close()
  await database?.drop()
}

/** The recorded request with fields that only a newer app knows: everywhere but in the args, whose schema the command owns. */
function withUnknownFields(request: Exchange['request']): Exchange['request'] {
  const commands = (request['commands'] as object[] | undefined)?.map((command) => ({ ...command, fromTheFuture: { a: 1 } }))
  const pulls = (request['pulls'] as object[] | undefined)?.map((pull) => ({ ...pull, fromTheFuture: 'x' }))
  return { ...request, fromTheFuture: [1], ...(commands && { commands }), ...(pulls && { pulls }) }
}

const isDone = (reply: Exchange['reply']) => (reply as unknown as PullReply).pulls.every((page) => page.done)

/** Sends a step as recorded; a pull goes on until today's server says that it is done. */
async function play(step: GoldenStep, request: Exchange['request']): Promise<{ status: number; replies: Exchange['reply'][] }> {
  if (step.path.endsWith('/pull')) await awaitHorizon(database)
  const first = await wire(step.as, step.path, request)
  const replies = [first.body]
  while (step.path.endsWith('/pull') && first.status === 200 && !isDone(replies.at(-1)!)) {
    const pulls = (replies.at(-1) as unknown as PullReply).pulls.map(({ collection, checkpoint }) => ({ collection, checkpoint }))
    replies.push((await wire(step.as, step.path, { ...request, pulls })).body)
  }
  return { status: first.status, replies }
}

function checkReceipts(step: GoldenStep, request: Exchange['request'], reply: PushReply): void {
  const signer = createReceiptSigner([server.system.platform.config.SECRET_KEY])
  for (const command of commandsOf(request)) {
    const verdict = reply.verdicts.find((one) => one.id === command.id)!
    if (!verdict.receipt) continue
    const decided = verdict.first ?? (verdict.verdict as 'applied')
    const content = { tenantId: goldenIds.tenant, command, verdict: decided, code: verdict.code ?? null, receivedAt: verdict.receipt.receivedAt }
    expect(verdict.receipt.hash, step.about).toBe(receiptHash(content))
    const batch = reply.batches.find((one) => one.id === verdict.receipt!.batch)!
    expect(batch.hashes).toContain(verdict.receipt.hash)
    expect(signer.verify(batch.hashes, batch.signature)).toBe(true)
  }
}

describe.each(versions)('protocol %i', (version) => {
  describe.each([
    ['as recorded', (request: Exchange['request']) => request],
    ['with unknown fields', withUnknownFields]
  ])('%s', (_, dress) => {
    beforeAll(open)
    afterAll(close)

    test('every recorded request is answered as it was then', async () => {
      const ajv = addFormats.default(new Ajv2020({ strict: false }))
      const schemas = readGoldenSchemas(version)
      const aliases = createAliases()
      for (const step of readGolden(version)) {
        for (const name of step.before) await act(name, { database, sessions })
        const request = aliases.translate(step.exchanges[0]!.request)
        const { status, replies } = await play(step, dress(request))
        expect(status, step.about).toBe(step.status)
        for (const reply of replies) expect(ajv.validate(schemas[step.path]!, reply), `${step.about}: ${ajv.errorsText()}`).toBe(true)
        aliases.learn(step.exchanges[0]!.reply, replies[0]!)
        aliases.learn(step.exchanges.at(-1)!.reply, replies.at(-1)!)
        const recorded = step.exchanges.map((exchange) => aliases.translate(exchange.reply))
        if (step.path.endsWith('/push')) {
          expect(pushMeaning(recorded[0]!, replies[0]!), step.about).toEqual(pushMeaning(recorded[0]!, recorded[0]!))
          checkReceipts(step, request, replies[0] as unknown as PushReply)
        } else if (step.path.endsWith('/pull')) {
          expect(pullMeaning(recorded, replies), step.about).toEqual(pullMeaning(recorded, recorded))
        } else expect(replies[0], step.about).toMatchObject({ verdict: recorded[0]!['verdict'], number: recorded[0]!['number'] })
      }
    })
  })

  describe('once it is too old to pull', () => {
    beforeAll(open)
    afterAll(close)

    test('it is asked to update, and its outbox still drains', async () => {
      const tooOld = oldestPullVersion - 1
      const pulls = [{ collection: 'cases', checkpoint: null }]
      const refused = await wire('field_worker', '/api/v1/sync/pull', { protocol: tooOld, pulls })
      expect(refused).toMatchObject({ status: 426, body: { code: 'upgrade_required' } })
      const step = readGolden(version).find(({ path }) => path.endsWith('/push'))!
      const { status, replies } = await play(step, { ...step.exchanges[0]!.request, protocol: tooOld })
      expect(status).toBe(200)
      expect(pushMeaning(step.exchanges[0]!.reply, replies[0]!)).toEqual(pushMeaning(step.exchanges[0]!.reply, step.exchanges[0]!.reply))
    })
  })
})
