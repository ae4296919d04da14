import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Actor } from '#shared/identity/actor.ts'
import type { Checkpoint } from '#shared/protocol/position.ts'
import type { PullReply } from '#shared/protocol/pull.ts'
import { asOperator, awaitHorizon, makeId, makeOffice, squareAt } from '#server/testing/office-fixture.ts'
import { makeTestTenant, startTestServer, type TestServer, type TestTenant } from '#server/testing/start-test-server.ts'
import { createTestDatabase, type TestDatabase } from '#server/testing/template-database.ts'
import { systemClock } from '#server/ports/clock.ts'
import { pull } from '../pull.ts'
import { pruneBelow, pruneTenant } from './feed-prune.ts'

let database: TestDatabase
let server: TestServer
let tenant: TestTenant
let actor: Actor
let wards: string[]

beforeAll(async () => {
  database = await createTestDatabase()
  server = await startTestServer({ database })
  tenant = await makeTestTenant(database)
  const office = await makeOffice(database, tenant)
  wards = [office.wardA, office.wardB, makeId()]
  await sql('insert into ward (tenant_id, id, number, name, outline) values ($1, $2, $3, $4, $5)', [tenant.tenantId, wards[2], '3', 'Fort', JSON.stringify(squareAt(77.62, 12.9))])
  actor = { tenantId: tenant.tenantId, userId: tenant.users.field_worker, role: 'field_worker', deviceId: null } as unknown as Actor
})

afterAll(async () => {
  await server?.close()
  await database?.drop()
})

const sql = (text: string, values: unknown[] = []) =>
  asOperator(database, tenant.tenantId, async (client) => (await client.query(text, values)).rows as Record<string, string>[])

const grant = (ward: string) => sql('insert into user_territory (tenant_id, user_id, ward_id) values ($1, $2, $3) on conflict do nothing', [tenant.tenantId, actor.userId, ward])
const revoke = (ward: string) => sql('delete from user_territory where user_id = $1 and ward_id = $2', [actor.userId, ward])

/** A device that believes the feed; on `reset` it compares, which leaves it with what is true. */
interface Held {
  checkpoint: Checkpoint | null
  documents: Map<string, unknown>
  resets: number
}

const fresh = (): Held => ({ checkpoint: null, documents: new Map(), resets: 0 })

async function readOn(from: Held): Promise<Held> {
  await awaitHorizon(database)
  const held = { ...from, documents: new Map(from.documents) }
  for (;;) {
    const { text } = await pull({ database: server.system.platform.database, clock: systemClock, keepDays: 14 }, actor, { protocol: 1, pulls: [{ collection: 'places', checkpoint: held.checkpoint }] })
    const page = (JSON.parse(text) as PullReply).pulls[0]!
    if (page.reset) return { checkpoint: null, documents: await truth(), resets: held.resets + 1 }
    for (const document of page.documents) {
      if ('_deleted' in document) held.documents.delete(document.id)
      else held.documents.set(document.id, document)
    }
    held.checkpoint = page.checkpoint
    if (page.done) return held
  }
}

async function truth(): Promise<Map<string, unknown>> {
  const rows = await sql(
    `select wire from sync_document where collection = 'places' and not deleted and scopes && (
       select array_agg('ward:' || ward_id) || '{tenant}' from user_territory where user_id = $1)`, [actor.userId])
  return new Map(rows.map(({ wire }) => JSON.parse(wire!) as { id: string }).map((document) => [document.id, document]))
}

type Step = { kind: 'add' | 'move' | 'remove' | 'grant' | 'revoke' | 'note' | 'prune'; which: number; ward: number }

/** Does one step on the office, or notes what the first device holds by now. */
async function take(step: Step, made: string[], notes: Held[]): Promise<void> {
  const id = made[step.which % Math.max(1, made.length)]
  const ward = wards[step.ward % wards.length]!
  if (step.kind === 'add') {
    made.push(makeId())
    await sql(`insert into household (tenant_id, id, ward_id, house_number, street) values ($1, $2, $3, '1', 'Road')`, [tenant.tenantId, made.at(-1), ward])
  }
  if (step.kind === 'move' && id) await sql('update household set ward_id = $2 where id = $1', [id, ward])
  if (step.kind === 'remove' && id) await sql('delete from household where id = $1', [id])
  if (step.kind === 'grant') await grant(ward)
  if (step.kind === 'revoke') await revoke(ward)
  if (step.kind === 'note') notes.push(await readOn(notes[step.which % notes.length] ?? fresh()))
  if (step.kind === 'prune') await pruneBelow(server.system.platform.database, tenant.tenantId, await horizon())
}

async function horizon(): Promise<string> {
  await awaitHorizon(database)
  return (await sql('select pg_snapshot_xmin(pg_current_snapshot())::text as xmin'))[0]!['xmin']!
}

const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom('add', 'add', 'move', 'move', 'remove', 'grant', 'revoke', 'note', 'note', 'prune'),
  which: fc.nat(20),
  ward: fc.nat(2)
})

test('after pruning, a device ends right from every earlier checkpoint, and a new one never has to compare', async () => {
  let compared = 0
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 8, maxLength: 24 }), async (steps) => {
      const notes = [fresh()]
      const made: string[] = []
      for (const one of steps) await take(one, made, notes)
      const right = await truth()
      for (const note of notes) {
        const ended = await readOn(note)
        compared += ended.resets
        expect(ended.documents).toEqual(right)
      }
      expect((await readOn(fresh())).resets).toBe(0)
    }),
    { numRuns: 25, endOnFailure: true, verbose: 1 }
  )
  expect(compared).toBeGreaterThan(0)
}, 120_000)

test('removals are kept for 180 days, by the days the scheduler has noted', async () => {
  const { database: db } = server.system.platform
  const id = makeId()
  await sql(`insert into household (tenant_id, id, ward_id, house_number, street) values ($1, $2, $3, '1', 'Road')`, [tenant.tenantId, id, wards[0]])
  await sql('delete from household where id = $1', [id])
  await horizon()
  const start = Date.UTC(2026, 10, 21)
  const dayMs = 86_400_000
  const rows = () => sql('select id from sync_feed where id = $1', [id])
  await pruneTenant(db, tenant.tenantId, start)
  expect(await pruneTenant(db, tenant.tenantId, start + 179 * dayMs)).toBe(0)
  expect(await rows()).toHaveLength(1)
  expect(await pruneTenant(db, tenant.tenantId, start + 181 * dayMs)).toBeGreaterThan(0)
  expect(await rows()).toHaveLength(0)
  expect(await sql('select deleted from sync_document where id = $1', [id])).toEqual([{ deleted: true }])
})
