import { afterAll, beforeAll, expect, test } from 'vitest'
import { asOperator, filing } from '#server/testing/office-fixture.ts'
import { openSmallOffice, type SmallOffice } from '#server/testing/offices/small-office.ts'
import { pushOne } from '#server/testing/phones/sync-calls.ts'
import { logInTo } from '#server/testing/start-test-server.ts'

let small: SmallOffice

beforeAll(async () => {
  small = await openSmallOffice()
})
afterAll(() => small?.close())

const countOf = (number: string) =>
  asOperator(small.database, small.tenant.tenantId, async (client) => (await client.query('select 1 from grievance where number = $1', [number])).rowCount)

test('one command sent twenty times at once is applied once; the other senders are told that it was', async () => {
  const command = filing(small.office)
  const verdicts = await Promise.all(Array.from({ length: 20 }, () => pushOne(small.worker, command)))
  expect(verdicts.map((verdict) => verdict.verdict).sort()).toEqual(['applied', ...Array<string>(19).fill('duplicate')])
  expect(await countOf(String(command.args['number']))).toBe(1)
})

test('one tracking number claimed by many phones at once is given once; no grievance is lost and each has a number of its own', async () => {
  const number = String(filing(small.office).args['number'])
  const workers = await Promise.all(Array.from({ length: 6 }, () => logInTo(small.server.url, 'field_worker')))
  const commands = workers.map(() => filing(small.office, { number }))
  await Promise.all(commands.map((command, index) => pushOne(workers[index]!, command)))
  expect(await countOf(number)).toBe(1)
  const ids = commands.map((command) => command.args['grievanceId'])
  const kept = await asOperator(small.database, small.tenant.tenantId, async (client) => (await client.query<{ number: string }>('select number from grievance where id = any($1)', [ids])).rows)
  expect(new Set(kept.map((row) => row.number)).size).toBe(6)
})

test('two steps that exclude each other cannot both be taken', async () => {
  const command = filing(small.office)
  await pushOne(small.worker, command)
  const grievanceId = String(command.args['grievanceId'])
  const reject = () => small.officer.call('POST', '/api/v1/sync/push', { protocol: 1, app: 'test', deviceTime: Date.now(), commands: [step(grievanceId)] })
  const replies = await Promise.all(Array.from({ length: 8 }, async () => ((await (await reject()).json()) as { verdicts: { verdict: string }[] }).verdicts[0]?.verdict))
  expect(replies.filter((verdict) => verdict === 'applied')).toHaveLength(1)
})

function step(grievanceId: string) {
  return { ...filing(small.office), name: 'grievance.step', args: { grievanceId, action: 'reject', reasonCode: 'not_ours', text: 'Not the office’s road' } }
}
