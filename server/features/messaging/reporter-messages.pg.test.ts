import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { actorOf, openMessagingOffice, outboxOf, type MessagingOffice } from '#server/testing/messaging/messaging-office.ts'
import {
  asOperator,
  commandOf,
  filing,
  makeId,
  makeOffice,
  type OfficeFixture
} from '#server/testing/office-fixture.ts'
import { startSmsDouble, type SmsDouble } from '#server/testing/providers/sms-double.ts'
import { startSmtpDouble, type SmtpDouble } from '#server/testing/providers/smtp-double.ts'
import { makeTestTenant, type TestTenant } from '#server/testing/start-test-server.ts'
import { createTestDatabase, type TestDatabase } from '#server/testing/template-database.ts'
import { createTestRedis, type TestRedis } from '#server/testing/test-redis.ts'

let database: TestDatabase
let redis: TestRedis
let sms: SmsDouble
let smtp: SmtpDouble
let office: MessagingOffice
let tenant: TestTenant
let places: OfficeFixture
let phones = 0

beforeAll(async () => {
  ;[database, redis, sms, smtp] = await Promise.all([
    createTestDatabase(),
    createTestRedis(),
    startSmsDouble(),
    startSmtpDouble()
  ])
  const environment = {
    SMTP_URL: smtp.url,
    SMS_URL: sms.url,
    SMS_TOKEN: sms.token,
    MAIL_FROM: 'Ward office <office@office.test>'
  }
  office = openMessagingOffice(database, redis.url, { environment })
  tenant = await makeTestTenant(database)
  places = await makeOffice(database, tenant)
  await office.start('scheduler', 'worker')
})

afterAll(async () => {
  await office?.close()
  await Promise.all([sms?.close(), smtp?.close(), database?.drop(), redis?.drop()])
})

beforeEach(() => {
  sms.posts.length = 0
  smtp.mails.length = 0
})

const newPhone = () => `+9198${String(20_000_000 + (phones += 1)).padStart(8, '0')}`

function report(contact: { phone?: string | null; email?: string | null; language?: 'en' | 'hi' }, more = {}) {
  const reporter = { id: makeId(), name: 'Asha Rao', phone: null, email: null, language: 'en' as const, ...contact }
  return filing(places, { reporter, ...more })
}

const statuses = async (grievanceId: unknown) =>
  (await outboxOf(database, tenant, String(grievanceId))).map((row) => `${row.topic} ${row.channel} ${row.status}`)

const settled = (grievanceId: unknown, expected: string[]) =>
  expect.poll(() => statuses(grievanceId), { timeout: 15_000, interval: 50 }).toEqual(expected)

const timeline = (grievanceId: unknown) =>
  asOperator(database, tenant.tenantId, async (client) => {
    const { rows } = await client.query(
      `select event, visibility, changes->'channel'->>1 as channel from grievance_event where grievance_id = $1 and event like 'message.%' order by channel`,
      [grievanceId]
    )
    return rows as { event: string; visibility: string; channel: string }[]
  })

/** Text of a mail as a reader sees it: MIME parts with Devanagari travel in base64. */
const readable = (source: string) => {
  const [head = '', ...body] = source.split('\r\n\r\n')
  const text = body.join('\r\n\r\n')
  return /base64/i.test(head)
    ? Buffer.from(text, 'base64').toString('utf8')
    : text.replace(/=\r\n/g, '').replace(/=3D/g, '=')
}

test('who reports with phone and e-mail is told the number on both, in Hindi, and the timeline says so', async () => {
  const phone = newPhone()
  const command = report(
    { phone, email: 'asha@example.org', language: 'hi' },
    { description: 'Secret words of the reporter' }
  )
  const number = String(command.args['number'])
  await office.execute(actorOf(tenant, 'field_worker', { wardIds: [places.wardA] }), command)
  await settled(command.args['grievanceId'], ['grievance.acknowledged email sent', 'grievance.acknowledged sms sent'])

  expect(sms.complaints).toEqual([])
  expect(sms.posts).toHaveLength(1)
  expect(sms.posts[0]).toMatchObject({ to: phone, text: expect.stringContaining(number) })
  expect(sms.posts[0]!.text).toContain(`http://office.test/o/${tenant.slug}/track?number=${number}`)
  expect(sms.posts[0]!.text).toMatch(/शिकायत/)
  expect(sms.posts[0]!.text).not.toContain('Secret')
  expect(smtp.mails).toHaveLength(1)
  expect(smtp.mails[0]).toMatchObject({ from: 'office@office.test', to: ['asha@example.org'] })
  expect(readable(smtp.mails[0]!.source)).toContain(number)
  expect(readable(smtp.mails[0]!.source)).not.toContain('Secret')
  await expect
    .poll(() => timeline(command.args['grievanceId']))
    .toEqual([
      { event: 'message.sent', visibility: 'public', channel: 'email' },
      { event: 'message.sent', visibility: 'public', channel: 'sms' }
    ])
})

test('the answer of the office reaches the reporter by e-mail with its words', async () => {
  const command = report({ email: 'bina@example.org' })
  const grievanceId = command.args['grievanceId']
  const officer = actorOf(tenant, 'officer')
  const steps = [
    commandOf('grievance.step', { grievanceId, action: 'assign', assigneeId: tenant.users.field_worker }),
    commandOf('grievance.step', { grievanceId, action: 'resolve', text: 'Filled with asphalt on Tuesday.' })
  ]
  const verdicts = await office.execute(officer, command, ...steps)
  expect(verdicts.map(({ verdict }) => verdict)).toEqual(['applied', 'applied', 'applied'])
  await settled(grievanceId, ['grievance.acknowledged email sent', 'grievance.resolved email sent'])
  const resolved = smtp.mails.map(({ source }) => readable(source)).filter((text) => text.includes('has been resolved'))
  expect(resolved).toHaveLength(1)
  expect(resolved[0]).toContain('Filled with asphalt on Tuesday.')
})

test('a phone that nobody confirmed gets two SMS a day; the third is not sent, and the caller can learn it', async () => {
  const phone = newPhone()
  const commands = [report({ phone }), report({ phone }), report({ phone })]
  for (const command of commands) await office.execute(actorOf(tenant, 'citizen'), command)
  await settled(commands[1]!.args['grievanceId'], ['grievance.acknowledged sms sent'])
  await settled(commands[0]!.args['grievanceId'], ['grievance.acknowledged sms sent'])
  const told = await office.platform.database.withTenant({ tenantId: tenant.tenantId }, (tx) =>
    office.messaging.acknowledgementsOf(tx, String(commands[2]!.args['grievanceId']))
  )
  expect(told).toEqual([{ channel: 'sms', status: 'cancelled', error: 'daily_cap' }])
  expect(sms.posts.filter((post) => post.to === phone)).toHaveLength(2)
})

test('twenty reports at the same moment do not pass the limit of a phone', async () => {
  const phone = newPhone()
  const commands = Array.from({ length: 20 }, () => report({ phone }))
  await Promise.all(commands.map((command) => office.execute(actorOf(tenant, 'citizen'), command)))
  const all = (
    await Promise.all(commands.map((command) => outboxOf(database, tenant, String(command.args['grievanceId']))))
  ).flat()
  expect(all).toHaveLength(20)
  expect(all.filter((row) => row.last_error === 'daily_cap')).toHaveLength(18)
})

test('an office sends no more on a day than its operator allows', async () => {
  const limited = await makeTestTenant(database)
  const place = await makeOffice(database, limited)
  await asOperator(database, limited.tenantId, (client) => client.query(`update tenant set quotas = '{"messagesPerDay": 1}' where tenant_id = $1`, [limited.tenantId]))
  const commands = [1, 2].map(() => report({ phone: newPhone() }, { categoryId: place.categoryId, wardId: place.wardA }))
  for (const command of commands) await office.execute(actorOf(limited, 'citizen'), command)
  const errors = await Promise.all(commands.map(async (command) => (await outboxOf(database, limited, String(command.args['grievanceId']))).map((row) => row.last_error)))
  expect(errors).toEqual([[null], ['daily_cap']])
})

test('a refused command sends nothing, and neither does a report taken over from another system', async () => {
  const refused = report({ phone: newPhone() }, { categoryId: makeId() })
  const imported = report({ phone: newPhone() }, { source: 'import' })
  const verdicts = await office.execute(actorOf(tenant, 'owner'), refused, imported)
  expect(verdicts.map(({ verdict }) => verdict)).toEqual(['rejected', 'applied'])
  expect(await statuses(refused.args['grievanceId'])).toEqual([])
  expect(await statuses(imported.args['grievanceId'])).toEqual([])
})

test('an address that was erased before its message went out is not used', async () => {
  const quiet = openMessagingOffice(database, redis.url)
  const command = report({ phone: newPhone(), email: 'gone@example.org' })
  const contactId = (command.args['reporter'] as { id: string }).id
  await asOperator(database, tenant.tenantId, async (client) => {
    await client.query("alter table outbox alter column not_before set default now() + interval '1 hour'")
  })
  await quiet.execute(actorOf(tenant, 'citizen'), command)
  await asOperator(database, tenant.tenantId, async (client) => {
    await client.query('alter table outbox alter column not_before set default now()')
    await client.query('delete from reporter_contact where id = $1', [contactId])
    await client.query('update outbox set not_before = now() where subject_id = $1', [command.args['grievanceId']])
  })
  await settled(command.args['grievanceId'], [
    'grievance.acknowledged email cancelled',
    'grievance.acknowledged sms cancelled'
  ])
  expect(sms.posts).toEqual([])
  expect(smtp.mails).toEqual([])
  await quiet.close()
})

test('a mailbox that does not exist ends as failed for the office to see; a full one is tried again', async () => {
  smtp.unknown.add('nobody@example.org')
  const lost = report({ email: 'nobody@example.org' })
  await office.execute(actorOf(tenant, 'citizen'), lost)
  await settled(lost.args['grievanceId'], ['grievance.acknowledged email failed'])
  expect((await outboxOf(database, tenant, String(lost.args['grievanceId'])))[0]).toMatchObject({
    attempt: 1,
    last_error: 'bad_address'
  })
  await expect
    .poll(() => timeline(lost.args['grievanceId']))
    .toEqual([{ event: 'message.failed', visibility: 'staff', channel: 'email' }])

  smtp.refusals.push(452)
  const full = report({ email: 'full@example.org' })
  await office.execute(actorOf(tenant, 'citizen'), full)
  await settled(full.args['grievanceId'], ['grievance.acknowledged email sent'])
  expect((await outboxOf(database, tenant, String(full.args['grievanceId'])))[0]).toMatchObject({ attempt: 2 })
  expect(smtp.mails).toHaveLength(1)
})
