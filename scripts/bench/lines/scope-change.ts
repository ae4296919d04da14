import { logInTo, type TestSession } from '#server/testing/start-test-server.ts'
import { compareRuns, type BenchRow } from '../bench-row.ts'
import type { BenchPlan } from '../bench-plan.ts'
import { awaitFirstSync, callProbe, inBrowser, logInField, newProfile } from '../stage/bench-browser.ts'
import { addPeople, countHouseholds } from '../stage/bench-people.ts'
import { watchForeignCpu } from '../stage/foreign-cpu.ts'

const budgetMs = 3_000

/** The office gives a field worker another ward: all people of the one leave the phone, as many of the other arrive. */
export async function measureScopeChange({ services, docs, times }: BenchPlan): Promise<BenchRow[]> {
  const people = docs ?? 5_000
  const { web, fixture, database, tenant } = await services.openOffice(people)
  await addPeople(database.ownerUrl, { tenantId: tenant.tenantId, wardIds: [fixture.wardB], count: people })
  const owner = await logInTo(web.address, 'owner')
  const workerId = tenant.users.field_worker
  const foreign = watchForeignCpu()
  const households = await countHouseholds({ database, tenant }, fixture.wardB)
  const runs: number[] = []
  for (let run = 0; run < times; run += 1) {
    await giveWards(owner, workerId, [fixture.wardA])
    const ms = await inBrowser(newProfile(services), async (page) => {
      await logInField(page, web.address)
      await awaitFirstSync(page, people)
      await page.waitForTimeout(1_000)
      await callProbe(page, 'awaitScope', { wardId: fixture.wardB, people, households })
      const from = Date.now()
      await giveWards(owner, workerId, [fixture.wardB])
      return (await page.evaluate<number>('benchScope')) - from
    })
    runs.push(ms)
  }
  const detail = `one ward taken and another given by the office: ${people} people with their households leave, as many arrive; from the office's request until the app's own queries show exactly the new ward; other processes ${foreign()} % of the cores`
  return [compareRuns({ name: 'scope-change', detail, unit: 'ms', reference: 'budget', ours: runs, floor: [budgetMs] })]
}

async function giveWards(owner: TestSession, userId: string, wardIds: readonly string[]): Promise<void> {
  const response = await owner.call('PATCH', `/api/v1/users/${userId}`, { wardIds })
  if (!response.ok) throw new Error(`the office could not give the ward: ${response.status} ${await response.text()}`)
}
