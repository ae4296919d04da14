import { afterAll, beforeAll, expect, test } from 'vitest'
import type { z } from 'zod'
import type { auditPageSchema } from '#shared/audit/audit-entry.ts'
import { openSmallOffice, type SmallOffice } from '#server/testing/offices/small-office.ts'
import { asOperator } from '#server/testing/office-fixture.ts'
import { logInTo, type TestSession } from '#server/testing/start-test-server.ts'
import { recordAudit } from '../../audit/record-audit.ts'

type Page = z.infer<typeof auditPageSchema>

let here: SmallOffice
let owner: TestSession
beforeAll(async () => {
  here = await openSmallOffice()
  owner = await logInTo(here.server.url, 'owner')
  const { platform } = here.server.system
  const actor = { userId: here.tenant.users.officer, role: 'officer' as const, deviceId: null }
  await platform.database.withTenant({ tenantId: here.tenant.tenantId }, async (tx) => {
    for (let made = 0; made < 7; made += 1)
      await recordAudit(tx, platform, { action: made % 2 ? 'test.odd' : 'test.even', actor, subject: { type: 'thing', id: here.office.wardA }, after: { made } })
    await recordAudit(tx, platform, { action: 'test.formula', actor: null, requestId: '=HYPERLINK("https://evil.example")' })
  })
})
afterAll(() => here?.close())

const read = async (query = '', session = owner) => {
  const response = await session.call('GET', `/api/v1/audit${query}`)
  return { status: response.status, page: (await response.json()) as Page }
}

test('the owner reads page by page, the newest first, each once', async () => {
  const all = (await read('?limit=200')).page.entries
  const seen: string[] = []
  for (let next: string | null = ''; next !== null; ) {
    const { page }: { page: Page } = await read(`?limit=3${next === '' ? '' : `&before=${next}`}`)
    seen.push(...page.entries.map(({ id }) => id))
    next = page.next
  }
  expect(seen).toEqual(all.map(({ id }) => id))
  expect(new Set(seen).size).toBe(seen.length)
  expect(seen).toEqual([...seen].sort().reverse())
})

test('narrowed by who, what, record and days of the office', async () => {
  const count = async (query: string) => (await read(`?limit=200&${query}`)).page.entries.filter(({ action }) => action.startsWith('test.')).length
  const today = new Intl.DateTimeFormat('en-CA', { timeZone: 'Asia/Kolkata' }).format(Date.now())
  expect(await count('action=test.odd')).toBe(3)
  expect(await count(`actorId=${here.tenant.users.officer}`)).toBe(7)
  expect(await count(`subjectId=${here.office.wardA}`)).toBe(7)
  expect(await count(`from=${today}&until=${today}`)).toBe(8)
  expect(await count('until=2020-01-01')).toBe(0)
  expect((await read('?actorId=me')).status).toBe(400)
  expect((await read()).page.actions).toEqual(expect.arrayContaining(['test.even', 'test.odd', 'test.formula']))
})

test('nobody but the owner, and nothing of another office', async () => {
  expect((await read('', here.officer)).status).toBe(403)
  expect((await here.officer.call('GET', '/api/v1/audit/export')).status).toBe(403)
  expect((await fetch(`${here.server.url}/api/v1/audit`)).status).toBe(401)
})

test('the file holds what the filter finds, starts no formula, and is itself written down', async () => {
  const response = await owner.call('GET', '/api/v1/audit/export?action=test.formula')
  expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8')
  expect(response.headers.get('content-disposition')).toContain('attachment')
  const lines = (await response.text()).trim().split('\r\n')
  expect(lines).toHaveLength(2)
  expect(lines[1]).toContain(`"'=HYPERLINK(""https://evil.example"")"`)
  const { rows } = await asOperator(here.database, here.tenant.tenantId, (client) => client.query(`select after from audit_entry where action = 'audit.export'`))
  expect(rows).toEqual([{ after: { action: 'test.formula' } }])
})
