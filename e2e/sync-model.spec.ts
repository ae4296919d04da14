import { randomBytes, randomUUID } from 'node:crypto'
import { expect, test } from '@playwright/test'
import fc from 'fast-check'
import { canonicalJson } from '#shared/protocol/canonical-json.ts'
import { makeTrackingNumber } from '#shared/tracking-number.ts'
import { makeModelOffice, type ModelOffice } from './fixtures/model-office.ts'
import { openModelPhone, type ModelPhone, type NewSave } from './fixtures/model-phone.ts'

// The model test of sync in small, in real Chromium: the field app as it is built, IndexedDB, Web Locks, service worker and all, against the whole
// server. What happens is drawn by fast-check from fixed seeds; when it is quiet, every page shows what SQL says, and every save is there once.

const seeds = [1, 2, 3, 4, 5, 6]
const stepsOfASeed = 12

const phone = fc.nat({ max: 1 })
const which = fc.nat({ max: 2 })
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('save' as const), phone, which }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('edit' as const), phone, which }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('file' as const), phone, which }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('offline' as const), phone }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('online' as const), phone }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('reload' as const), phone }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('kill' as const), phone, which, whileSaving: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('open a second tab' as const), phone }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('close the first tab' as const), phone }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('office edits' as const), which }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('revoke' as const), phone, which }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('grant' as const), phone, which }) }
)
type Step = typeof step extends fc.Arbitrary<infer One> ? One : never

interface World {
  office: ModelOffice
  phones: ModelPhone[]
  /** The household and person that each ward began with. */
  homes: { householdId: string; personId: string }[]
  fresh(): string
}

function personFor({ homes, fresh }: World, ward: number): NewSave {
  const personId = randomUUID()
  const args = { personId, householdId: homes[ward]!.householdId, name: fresh(), gender: 'female', birthYear: null, language: 'hi', notes: '', contact: null }
  return { name: 'person.add', args, made: { collection: 'people', type: 'person', id: personId } }
}

function grievanceFor({ office, fresh }: World, ward: number): NewSave {
  const grievanceId = randomUUID()
  const args = {
    grievanceId, number: makeTrackingNumber(office.trackingPrefix, randomBytes(10)), categoryId: office.categories[0]!, description: fresh(), latitude: null, longitude: null,
    accuracyMetres: null, landmark: null, wardId: office.wards[ward], personId: null, householdId: null, source: 'field', visibility: 'public', photos: [], reporter: null
  }
  return { name: 'grievance.file', args, made: { collection: 'cases', type: 'grievance', id: grievanceId } }
}

/** The base is what the wards began with, so that all but the first edit meet another's. */
function editOf({ homes, fresh }: World, ward: number): NewSave {
  return { name: 'person.edit', args: { personId: homes[ward]!.personId, changes: { name: fresh() } }, base: { name: 'Sita' } }
}

async function officeEdits(world: World, ward: number): Promise<void> {
  const { name, args, base } = editOf(world, ward)
  const command = { id: randomUUID(), v: 1, seq: 0, name, args, base, at: Date.now(), actor: null, device: null }
  await world.office.call('officer', 'POST /api/v1/sync/push', { protocol: 1, app: 'model', commands: [command], deviceTime: Date.now() })
}

async function setWard({ office }: World, login: string, ward: string, has: boolean): Promise<void> {
  const userId = office.users[login]!
  const rows = await office.rows<{ id: string }>('select ward_id as id from user_territory where tenant_id = $1 and user_id = $2', [userId])
  const wardIds = [...new Set([...rows.map(({ id }) => id).filter((id) => id !== ward), ...(has ? [ward] : [])])]
  await office.call('owner', `PATCH /api/v1/users/${userId}`, { wardIds })
}

async function run(world: World, one: Step): Promise<void> {
  if (one.kind === 'office edits') return officeEdits(world, one.which)
  const chosen = world.phones[one.phone]!
  if (one.kind === 'save') return chosen.save(personFor(world, one.which))
  if (one.kind === 'edit') return chosen.save(editOf(world, one.which))
  if (one.kind === 'file') return chosen.save(grievanceFor(world, one.which))
  if (one.kind === 'offline' || one.kind === 'online') return chosen.setOnline(one.kind === 'online')
  if (one.kind === 'reload') return chosen.reload()
  if (one.kind === 'kill') return chosen.kill(one.whileSaving ? personFor(world, one.which) : null)
  if (one.kind === 'open a second tab') return chosen.openSecond()
  if (one.kind === 'close the first tab') return chosen.closeFirst()
  return setWard(world, chosen.login, world.office.wards[one.which]!, one.kind === 'grant')
}

/** Ids of commands that the server rightly goes on keeping: they wait for a record that is out of their author's sight. */
async function heldForGood({ office }: World, login: string, truth: ReadonlyMap<string, unknown>): Promise<Set<string>> {
  const rows = await office.rows<{ id: string; waitsFor: string[] }>(
    'select command_id as id, waits_for as "waitsFor" from held_command where tenant_id = $1 and actor_id = $2', [office.users[login]!])
  return new Set(rows.filter(({ waitsFor }) => waitsFor.some((id) => !truth.has(id))).map(({ id }) => id))
}

/** (a) Each page of each phone shows what SQL says, no more and no less, and every save has an end on it. */
async function expectQuiet(world: World): Promise<void> {
  const { office, phones } = world
  for (const one of phones) await one.setOnline(true)
  let looks = 0
  const left = async () => {
    const found: string[] = []
    looks += 1
    for (const one of phones) {
      const { login, saved } = one
      const pages = await one.look({ nudge: looks % 8 === 0 })
      const truth = await office.visibleTo(office.users[login]!)
      const kept = await heldForGood(world, login, truth)
      for (const [at, { shown, unsent, states }] of pages.entries()) {
        const held = new Map(shown)
        const ended = new Map(states)
        const wrong = [...new Set([...held.keys(), ...truth.keys()])].filter((id) => canonicalJson(held.get(id) ?? null) !== canonicalJson(truth.get(id) ?? null))
        const waiting = [...ended].filter(([id, state]) => state === 'waiting' && kept.has(id)).map(([id]) => id)
        const open = [...saved.keys()].filter((id) => !waiting.includes(id) && !/^(received|merged|attention|rejected)$/.test(ended.get(id) ?? 'not there'))
        const told = open.map((id) => `${id} is ${ended.get(id)}`)
        found.push(...[...wrong, ...told, ...(unsent > waiting.length ? [`${unsent} unsent`] : [])].map((what) => `${login} page ${at}: ${what}`))
      }
    }
    return found
  }
  await expect.poll(left, { message: 'every page shows what SQL says', timeout: 120_000, intervals: [250, 500, 1_000] }).toEqual([])
}

/** (c), (d) Every save that was told is judged once or kept, a refusal is an issue, and what it makes is there once; what a kill interrupted is there once or not at all. */
async function expectOnce({ office, phones }: World): Promise<void> {
  const saves = phones.flatMap((one) => [...one.saved])
  const judged = await office.rows<{ id: string; verdict: string; issues: number }>(
    `select id, verdict, (select count(*)::int from sync_issue i where i.tenant_id = $1 and i.command_id = l.id) as issues from command_log l where tenant_id = $1 and id = any ($2::uuid[])`,
    [saves.map(([id]) => id)])
  const verdicts = new Map(judged.map((one) => [one.id, one]))
  const kept = new Set((await office.rows<{ id: string }>('select command_id as id from held_command where tenant_id = $1')).map(({ id }) => id))
  const wrong = saves.filter(([id]) => (!verdicts.has(id) && !kept.has(id)) || (verdicts.get(id)?.verdict === 'rejected' && verdicts.get(id)?.issues === 0))
  expect(wrong, 'every save is judged or kept, and every refusal is an issue').toEqual([])
  const made = await office.rows<{ what: string; count: number }>(
    `select what, count(*)::int as count from (select name as what from person where tenant_id = $1 union all select description from grievance where tenant_id = $1) made group by what`)
  const times = new Map(made.map(({ what, count }) => [what, count]))
  const nameOf = ({ args }: NewSave) => String(args['name'] ?? args['description'])
  const missing = saves.filter(([id, save]) => save.made && verdicts.has(id) && verdicts.get(id)?.verdict !== 'rejected' && times.get(nameOf(save)) !== 1)
  expect(missing, 'what was accepted is there once').toEqual([])
  expect(phones.flatMap((one) => one.interrupted).filter((save) => (times.get(nameOf(save)) ?? 0) > 1), 'nothing interrupted is there twice').toEqual([])
  const twice = await office.rows(
    `select command_id, subject_id from audit_entry where tenant_id = $1 and command_id is not null group by 1, 2 having count(*) > 1
     union all select command_id, null from grievance_event where tenant_id = $1 and command_id is not null group by command_id, event having count(*) > 1`)
  expect(twice, 'nothing is written twice').toEqual([])
}

test('phones of an office in real Chromium: whatever is saved, killed, cut off, granted and revoked, all of it arrives once and each page shows what SQL says', async ({ baseURL, launchOptions }) => {
  test.setTimeout(600_000)
  const office = await makeModelOffice(baseURL ?? '', process.env['JOURNEYS_DATABASE'] ?? '')
  const phones: ModelPhone[] = []
  try {
    for (const login of ['worker0', 'worker1']) phones.push(await openModelPhone(office, login, launchOptions))
    const homes = await office.rows<World['homes'][number]>(
      'select p.household_id as "householdId", p.id as "personId" from person p join unnest($2::uuid[]) with ordinality w(id, n) on w.id = p.ward_id where p.tenant_id = $1 order by w.n', [office.wards])
    let values = 0
    const world: World = { office, phones, homes, fresh: () => `v${(values += 1)}` }
    for (const seed of seeds) {
      const steps = fc.sample(fc.array(step, { minLength: stepsOfASeed, maxLength: stepsOfASeed }), { seed, numRuns: 1 })[0]!
      await test.step(`seed ${seed}: ${steps.map((one) => JSON.stringify(one)).join(' ')}`, async () => {
        for (const one of steps) await test.step(one.kind, () => run(world, one))
        await expectQuiet(world)
        await expectOnce(world)
      })
    }
    expect(phones.reduce((sum, one) => sum + one.saved.size, 0)).toBeGreaterThan(10)
  } finally {
    for (const one of phones) await one.close()
    await office.close()
  }
})
