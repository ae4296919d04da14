import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { consentChannels, noticeVersion, purposes } from '#shared/privacy/consent.ts'
import { contactGroups, listChannels } from '#shared/privacy/contact-list.ts'
import { asOperator, makeId, makeOffice, type OfficeFixture } from '#server/testing/office-fixture.ts'
import { makeTestTenant, startTestServer, testKeys, type TestServer, type TestTenant } from '#server/testing/start-test-server.ts'
import { createTestDatabase, type TestDatabase } from '#server/testing/template-database.ts'
import { judgeContacts } from './judge-contacts.ts'

let database: TestDatabase
let server: TestServer
let tenant: TestTenant
let office: OfficeFixture
const householdB = makeId()
beforeAll(async () => {
  database = await createTestDatabase()
  server = await startTestServer({ database })
  tenant = await makeTestTenant(database)
  office = await makeOffice(database, tenant)
  const household = `insert into household (tenant_id, id, ward_id, house_number, street) values ($1, $2, $3, '1', 'Hill Road')`
  await asOperator(database, tenant.tenantId, (client) => client.query(household, [tenant.tenantId, householdB, office.wardB]))
})
afterAll(async () => {
  await server?.close()
  await database?.drop()
})

/** Some come more often, so that decisions meet. */
const purpose = fc.constantFrom(...purposes, 'campaigns' as const, 'campaigns' as const)
const decision = fc.record({ purpose, channel: fc.constantFrom(...consentChannels, 'sms' as const, 'sms' as const), given: fc.boolean(), minute: fc.integer({ min: 0, max: 5 }) })
const contact = fc.record({
  group: fc.constantFrom(...contactGroups),
  ward: fc.constantFrom('wardA' as const, 'wardB' as const),
  /** Of three phones and four e-mail addresses, so that some are shared. */
  phone: fc.option(fc.integer({ min: 0, max: 2 })),
  email: fc.option(fc.integer({ min: 0, max: 3 })),
  isClosed: fc.boolean(),
  isErased: fc.nat({ max: 5 }).map((dice) => dice === 0),
  /** A second after the other within their minute; those of two contacts may come at once. */
  decisions: fc.array(decision, { maxLength: 4 }).map((all) => all.map(({ minute, ...one }, index) => ({ ...one, second: minute * 60 + index })))
})
type Contact = typeof contact extends fc.Arbitrary<infer C> ? C : never

const filter = fc.record({
  purpose,
  channel: fc.constantFrom(...listChannels, 'sms' as const),
  groups: fc.subarray([...contactGroups], { minLength: 1 }),
  wards: fc.option(fc.subarray(['wardA' as const, 'wardB' as const], { minLength: 1 }))
})
type Filter = typeof filter extends fc.Arbitrary<infer F> ? F : never

/** Each run has phones and mailboxes of its own, in the same office. */
let run = 100
const addressIn = ({ phone, email }: Contact, channel: string) =>
  channel === 'email' ? (email === null ? null : `p${email}@run${run}.example.org`) : phone === null ? null : `919812${run}00${phone}`
const isOfRun = (address: string) => address.includes(`@run${run}.`) || address.startsWith(`919812${run}`)

/** The last word of these decisions on what is asked: of two at once the no. */
function lastWord(decisions: Contact['decisions'], { purpose, channel }: Filter): boolean | null {
  const asked = decisions.filter((one) => one.purpose === purpose && one.channel === channel)
  if (asked.length === 0) return null
  const last = Math.max(...asked.map(({ second }) => second))
  return asked.filter(({ second }) => second === last).every(({ given }) => given)
}

/**
 * The rule, read plainly: an address is in the file when somebody who is asked for has it and allows it, and nobody who has it took that back
 * later; of an open report, its news also where no question was ever put.
 */
function plainReading(all: readonly Contact[], asked: Filter): string[] {
  const found = all.filter((one) => {
    const address = addressIn(one, asked.channel)
    const isAsked = asked.groups.includes(one.group) && (!asked.wards || asked.wards.includes(one.ward))
    if (!isAsked || one.isErased || address === null) return false
    const wasNeverAsked = one.decisions.length === 0
    const isReport = one.group === 'reporters'
    if (asked.purpose === 'grievance_updates' && isReport && one.isClosed) return false
    const isItsNews = asked.purpose === 'grievance_updates' && isReport && wasNeverAsked
    const sameAddress = all.filter((other) => !other.isErased && addressIn(other, asked.channel) === address)
    const household = lastWord(sameAddress.flatMap(({ decisions }) => decisions), asked)
    return (isItsNews || lastWord(one.decisions, asked) === true) && household !== false
  })
  return [...new Set(found.map((one) => addressIn(one, asked.channel) ?? ''))].toSorted()
}

async function keep(office: OfficeFixture, all: readonly Contact[]): Promise<void> {
  const { tenantId } = tenant
  await asOperator(database, tenantId, async (client) => {
    for (const one of all) {
      const [recordId, contactId, wardId] = [makeId(), makeId(), office[one.ward]]
      const sealed = testKeys.seal(tenantId, contactId, { name: null, phone: addressIn(one, 'sms') && `+${addressIn(one, 'sms')}`, email: addressIn(one, 'email') })
      const erasedAt = one.isErased ? new Date() : null
      if (one.group === 'people') {
        const household = one.ward === 'wardA' ? office.householdA : householdB
        await client.query(`insert into person (tenant_id, id, household_id, ward_id, name, gender, language, erased_at) values ($1, $2, $3, $4, 'A', 'female', 'hi', $5)`, [tenantId, recordId, household, wardId, erasedAt])
        if (!one.isErased) await client.query('insert into person_contact (tenant_id, id, person_id, ward_id, sealed) values ($1, $2, $3, $4, $5)', [tenantId, contactId, recordId, wardId, sealed])
      } else {
        await client.query(
          `insert into grievance (tenant_id, id, number, state, category_id, description, ward_id, source, visibility, filed_at, priority, erased_at)
           values ($1, $2, $3, $4, $5, 'x', $6, 'field', 'private', now(), 'normal', $7)`,
          [tenantId, recordId, recordId, one.isClosed ? 'closed' : 'submitted', office.categoryId, wardId, erasedAt]
        )
        if (!one.isErased) await client.query(`insert into reporter_contact (tenant_id, id, grievance_id, language, sealed) values ($1, $2, $3, 'en', $4)`, [tenantId, contactId, recordId, sealed])
      }
      for (const { purpose, channel, given, second } of one.decisions)
        await client.query(
          `insert into consent_event (tenant_id, id, contact_id, purpose, channel, given, at, source, language, notice) values ($1, $2, $3, $4, $5, $6, $7, 'office', 'en', $8)`,
          [tenantId, makeId(), contactId, purpose, channel, given, new Date(Date.UTC(2026, 0, 1, 0, 0, second)), noticeVersion]
        )
    }
  })
}

test('whatever was decided, in whatever order, and whatever is asked for: a list holds the addresses of the plain rule and no other', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(contact, { minLength: 1, maxLength: 12 }), fc.array(filter, { minLength: 6, maxLength: 6 }), async (all, filters) => {
      run += 1
      await keep(office, all)
      for (const asked of filters) {
        const query = { ...asked, wards: asked.wards?.map((ward) => office[ward]) }
        const judged = await server.system.platform.database.withTenant({ tenantId: tenant.tenantId }, (tx) => judgeContacts(tx, query))
        const addresses = judged.filter(({ reason }) => reason === null).map(({ address }) => address?.replace('+', '') ?? '').filter(isOfRun)
        expect(addresses.toSorted()).toEqual(plainReading(all, asked))
      }
    }),
    { numRuns: 40, endOnFailure: true }
  )
}, 120_000)
