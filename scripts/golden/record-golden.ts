import { z } from 'zod'
import { portalReceiptSchema } from '#shared/grievances/portal-report.ts'
import { canonicalJson } from '#shared/protocol/canonical-json.ts'
import { collectionNames, type CollectionName } from '#shared/protocol/collection-names.ts'
import type { Checkpoint } from '#shared/protocol/position.ts'
import { protocolVersion } from '#shared/protocol/protocol-version.ts'
import { pullReplySchema, type PullReply } from '#shared/protocol/pull.ts'
import { pushReplySchema, type PushReply } from '#shared/protocol/push.ts'
import { cloneTemplate, type ClonedDatabase } from '#server/testing/database-clone.ts'
import { awaitHorizon } from '#server/testing/office-fixture.ts'
import { startTestServer } from '#server/testing/start-test-server.ts'
import { startTestServices } from '#server/testing/test-services.ts'
import { act, goldenIds, logInGolden, makeGoldenOffice, type GoldenSessions } from './golden-office.ts'
import { writeGolden, type Exchange, type GoldenRole, type GoldenStep, type OfficeAct } from './golden-step.ts'
import { tellStory, type Teller } from './golden-story.ts'
import { wireTo, type Wire } from './golden-wire.ts'

// npm run golden: records how a version of the protocol speaks, into shared/protocol/golden/v<version>. Run once per
// version, before it is released; recordings of released versions are never made anew.

const deviceTime = Date.UTC(2026, 10, 21, 18)

class Recorder implements Teller {
  readonly steps: GoldenStep[] = []
  readonly #held = new Map<string, Checkpoint>()
  #acts: OfficeAct[] = []
  readonly #office: { database: ClonedDatabase; sessions: GoldenSessions }
  readonly #wire: Wire

  constructor(office: { database: ClonedDatabase; sessions: GoldenSessions }, wire: Wire) {
    this.#office = office
    this.#wire = wire
  }

  async push(about: string, as: GoldenRole, commands: readonly object[]): Promise<PushReply> {
    const request = { protocol: protocolVersion, app: 'field 1.0', commands, deviceTime, unsent: { count: 0, oldestAt: null } }
    const { status, body } = await this.#wire(as, '/api/v1/sync/push', request)
    this.#note({ about, as, path: '/api/v1/sync/push', status, exchanges: [{ request, reply: body }] })
    return body as unknown as PushReply
  }

  async pull(about: string, as: GoldenRole, more: Parameters<Teller['pull']>[2] = {}): Promise<void> {
    await awaitHorizon(this.#office.database)
    const exchanges: Exchange[] = []
    let open: readonly CollectionName[] = more.collections ?? collectionNames
    let status = 200
    let from = more.from
    while (open.length > 0 && status === 200) {
      const pulls = open.map((collection) => ({ collection, checkpoint: from ?? this.#held.get(`${as} ${collection}`) ?? null }))
      const request = { protocol: protocolVersion, pulls, ...(more.reach ? { reach: more.reach } : {}) }
      const answer = await this.#wire(as, '/api/v1/sync/pull', request)
      exchanges.push({ request, reply: answer.body })
      status = answer.status
      const pages = (answer.body as unknown as PullReply).pulls
      if (!from) for (const page of pages) this.#held.set(`${as} ${page.collection}`, page.checkpoint)
      open = pages.filter((page) => !page.done).map((page) => page.collection)
      from = undefined
    }
    this.#note({ about, as, path: '/api/v1/sync/pull', status, exchanges })
  }

  async send(about: string, path: string, request: object): Promise<void> {
    const { status, body } = await this.#wire('citizen', path, request)
    this.#note({ about, as: 'citizen', path, status, exchanges: [{ request: { ...request }, reply: body }] })
  }

  async act(name: OfficeAct): Promise<void> {
    await act(name, this.#office)
    this.#acts.push(name)
  }

  #note(step: Omit<GoldenStep, 'before'>): void {
    const { about, ...rest } = step
    this.steps.push({ about, before: this.#acts, ...(JSON.parse(withoutSecrets(rest)) as Omit<GoldenStep, 'about' | 'before'>) })
    this.#acts = []
  }
}

function withoutSecrets(value: unknown): string {
  return JSON.stringify(value, (key, inner: unknown) => (key === 'token' ? '(secret)' : inner))
}

const services = await startTestServices({ log: () => undefined })
try {
  const database = await cloneTemplate(services.superuserUrl)
  const server = await startTestServer({ database, redisUrl: services.redisUrl })
  try {
    await makeGoldenOffice(database)
    const sessions = await logInGolden(server.url)
    const recorder = new Recorder({ database, sessions }, wireTo(server, sessions))
    await tellStory(recorder)
    const schemas = {
      '/api/v1/sync/push': pushReplySchema,
      '/api/v1/sync/pull': pullReplySchema,
      '/api/v1/portal/grievances': portalReceiptSchema
    }
    const texts = Object.fromEntries(Object.entries(schemas).map(([path, schema]) => [path, z.toJSONSchema(schema, { io: 'input' })]))
    writeGolden(protocolVersion, recorder.steps, texts)
    const bytes = canonicalJson(recorder.steps).length
    process.stdout.write(`${recorder.steps.length} steps of protocol ${protocolVersion} of tenant ${goldenIds.tenant}, ${bytes} bytes\n`)
  } finally {
    await server.close()
  }
} finally {
  await services.stop()
}
