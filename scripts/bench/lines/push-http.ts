import { randomUUID } from 'node:crypto'
import type { PushReply } from '#shared/protocol/push.ts'
import { commandOf, makeId } from '#server/testing/office-fixture.ts'
import { logInTo } from '#server/testing/start-test-server.ts'
import { asOperator } from '#server/testing/office-fixture.ts'
import { compareRuns, median, quantile, rounded, type BenchRow } from '../bench-row.ts'
import type { BenchPlan } from '../bench-plan.ts'
import { openPushFloor } from '../floors/push-floor.ts'
import { alternate } from '../stage/alternate.ts'
import { countPeople, peoplePerHousehold } from '../stage/bench-people.ts'
import type { BenchOffice } from '../stage/bench-services.ts'
import { onConnections, width } from '../stage/http-connection.ts'

const batchSize = 100

/** 8 devices push `person.add`, 100 commands in a request; counted in the table afterwards. */
export async function measurePush({ services, docs, times }: BenchPlan): Promise<BenchRow[]> {
  const each = Math.max(1, Math.round((docs ?? 10_000) / width / batchSize)) * batchSize
  const office = await services.openOffice(width * peoplePerHousehold)
  const households = await listHouseholds(office)
  const sessions = await Promise.all(Array.from({ length: width }, () => logInTo(office.web.address, 'field_worker')))
  const tokens = sessions.map((session) => session.reply.accessToken)
  const floor = await openPushFloor(services, office.database.ownerUrl)
  await pushAll(office, { tokens, households, each: batchSize })
  const {
    ours,
    floor: floors,
    note
  } = await alternate(times, {
    floor: () => floor.write(each, batchSize),
    ours: () => pushAll(office, { tokens, households, each })
  })
  const waits = ours.flatMap((run) => run.waits)
  const detail = `8 connections of a device and a household each, ${batchSize} commands a request, ${each} commands each, counted on the server, fsync on; a request p50 ${rounded(median(waits))} ms, p95 ${rounded(quantile(waits, 0.95))} ms; ${note}`
  const reference = 'multi-row inserts of record, feed and command rows, 100/tx, 8 conn'
  return [compareRuns({ name: 'push-http', detail, unit: 'rows/s', reference, ours: ours.map((run) => run.rate), floor: floors })]
}

interface PushRun {
  /** Commands a second. */
  rate: number
  /** From sending a request to its whole reply, ms each. */
  waits: number[]
}

async function pushAll(
  office: BenchOffice,
  { tokens, households, each }: { tokens: readonly string[]; households: readonly string[]; each: number }
): Promise<PushRun> {
  const bodies = tokens.map((_, index) => Array.from({ length: each / batchSize }, () => pushBody(households[index]!)))
  const before = await countPeople(office)
  const { seconds, results } = await onConnections(office.web.address, async (connection, index) => {
    const replies: { reply: Buffer; ms: number }[] = []
    for (const body of bodies[index]!) {
      const sentAt = performance.now()
      const reply = await connection.post('/api/v1/sync/push', body, tokens[index])
      replies.push({ reply, ms: performance.now() - sentAt })
    }
    return replies
  })
  const verdicts = results.flat().flatMap(({ reply }) => (JSON.parse(reply.toString()) as PushReply).verdicts)
  const refused = verdicts.find(({ verdict }) => verdict !== 'applied')
  const stored = (await countPeople(office)) - before
  if (refused || stored !== width * each)
    throw new Error(`${stored} of ${width * each} people stored ${JSON.stringify(refused ?? '')}`)
  return { rate: stored / seconds, waits: results.flat().map(({ ms }) => ms) }
}

function pushBody(householdId: string): string {
  const commands = Array.from({ length: batchSize }, (_, n) =>
    commandOf('person.add', {
      personId: makeId(),
      householdId,
      name: `Asha Verma ${n}`,
      gender: 'female',
      birthYear: 1940 + (n % 70),
      language: 'hi',
      notes: `Called back about the ward meeting, prefers mornings, asked for large print, ${randomUUID()}`,
      contact: null
    })
  )
  return JSON.stringify({ protocol: 1, app: 'bench', commands, deviceTime: Date.now() })
}

async function listHouseholds({ database, tenant }: BenchOffice): Promise<string[]> {
  return asOperator(database, tenant.tenantId, async (client) => {
    const { rows } = await client.query<{ id: string }>(
      `select id from household where street = 'Lake Road' order by id limit ${width}`
    )
    return rows.map(({ id }) => id)
  })
}
