import { randomBytes } from 'node:crypto'
import { expect, type Locator, type Page } from '@playwright/test'
import { sessionReplySchema } from '#shared/identity/session.ts'
import type { GrievanceDetail } from '#shared/grievances/grievance-list.ts'
import type { SyncIssueList } from '#shared/sync-issues/sync-issue-list.ts'
import { moveIn, test as base, type FieldPhone } from '../fixtures/field-worker.ts'
import { fileAsWorker, openPhone, type FiledGrievance, type WorkerPhone } from '../fixtures/officer.ts'
import { deliverPush, noticesOf, tapNotice } from '../fixtures/notices.ts'
import { startPushOffice, type PushOffice } from '../fixtures/push-office.ts'

const test = base.extend<object, { office: PushOffice }>({
  office: [
    async ({}, use) => {
      const office = await startPushOffice()
      await use(office)
      await office.close()
    },
    { scope: 'worker', timeout: 180_000 }
  ],
  baseURL: async ({ office }, use) => use(office.address)
})

/** The officer's own words over the wire. */
async function officerOf(address: string): Promise<WorkerPhone> {
  return openPhone(address, 'ravi')
}

/** Logs asha in on an empty phone; resolves to her token on that device, as the app itself got it. */
async function openAshasPhone(phone: FieldPhone): Promise<{ page: Page; token: string }> {
  const page = await phone.open()
  const answered = page.waitForResponse((response) => response.url().endsWith('/api/v1/session'))
  await moveIn(phone, 'asha')
  const { accessToken } = sessionReplySchema.parse(await (await answered).json())
  return { page, token: accessToken }
}

/** As the app does when notices are switched on, with the keys made in the test. */
async function subscribe(office: PushOffice, token: string): Promise<void> {
  const response = await fetch(`${office.address}/api/v1/push-subscriptions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify(office.subscription)
  })
  expect(response.status).toBe(204)
}

async function fileCase(office: PushOffice, words: string): Promise<FiledGrievance> {
  const description = `${words} ${randomBytes(4).toString('hex')}`
  return fileAsWorker(await openPhone(office.address, 'asha'), { description })
}

async function assignToAsha(officer: WorkerPhone, office: PushOffice, filed: FiledGrievance): Promise<void> {
  const asha = await openPhone(office.address, 'asha')
  const step = { grievanceId: filed.id, action: 'assign', assigneeId: asha.info.user.id }
  expect((await officer.push('grievance.step', step)).verdict).toBe('applied')
}

const caseOf = async (officer: WorkerPhone, id: string): Promise<GrievanceDetail> =>
  (await officer.get(`/api/v1/grievances/${id}`)) as GrievanceDetail

test('an assignment reaches the phone by sync and as a notice, and a tap opens it offline (push transport simulated)', async ({
  phone,
  office
}) => {
  const { page, token } = await openAshasPhone(phone)
  await subscribe(office, token)
  const officer = await officerOf(office.address)
  const filed = await fileCase(office, 'The swing in the park has lost a chain')
  await page.getByRole('link', { name: 'Start with today’s work' }).click()
  await assignToAsha(officer, office, filed)

  const mine = page.getByRole('region', { name: 'For you' }).locator('a.case').filter({ hasText: filed.description })
  await expect(mine).toBeVisible({ timeout: 15_000 })

  await expect
    .poll(() => office.taken().filter(({ notice }) => notice.recordId === filed.id).length, { timeout: 20_000 })
    .toBe(1)
  const push = office.taken().find(({ notice }) => notice.recordId === filed.id)!
  expect(push.claims.sub).toBe('mailto:office@office.test')
  expect(push.bytes).toBeLessThanOrEqual(4096)
  expect(push.headers).toMatchObject({ urgency: 'high', topic: filed.id.replaceAll('-', '') })
  expect(push.notice.body).toContain(filed.number)
  expect(JSON.stringify(push.notice)).not.toContain(filed.description)

  await phone.context.setOffline(true)
  const shown = { title: push.notice.title, body: push.notice.body, tag: `case-${filed.id}` }
  await expect(async () => {
    await deliverPush(page, phone.address, push.notice)
    await expect.poll(() => noticesOf(page)).toEqual([shown])
  }).toPass({ timeout: 45_000 })
  await tapNotice(phone.context)
  await expect(page).toHaveURL(`${phone.address}/field/cases/${filed.id}`)
  await expect(page.getByText(filed.description)).toBeVisible()
  await expect(page.getByText(filed.number)).toBeVisible()
  await expect.poll(() => noticesOf(page)).toEqual([])
})

/** Opens the form that corrects a case and changes what is given. */
async function correct(page: Page, change: { description?: string; landmark?: string }): Promise<void> {
  await page.getByRole('button', { name: 'Edit' }).click()
  const form = page.locator('#edit-form')
  if (change.description) await form.getByLabel('Description').fill(change.description)
  if (change.landmark) await form.getByLabel('Landmark').fill(change.landmark)
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(form).toHaveCount(0)
}

const choiceOf = (card: Locator, words: string): Locator => card.locator('label.side').filter({ hasText: words })

test('worker and officer edit one grievance: other fields merge, for the same field the worker settles between both values', async ({
  phone,
  office
}) => {
  const filed = await fileCase(office, 'The lid of the manhole is broken')
  const { page } = await openAshasPhone(phone)
  const officer = await officerOf(office.address)
  const before = (await caseOf(officer, filed.id)).grievance
  await phone.goTo(`cases/${filed.id}`)
  await expect(page.getByText(filed.description)).toBeVisible()

  await phone.context.setOffline(true)
  const hers = `${filed.description}, and it is sinking`
  await correct(page, { description: hers })
  await expect(page.getByText(hers, { exact: true })).toBeVisible()
  const officeEdit = (changes: Record<string, unknown>, base: Record<string, unknown>) =>
    officer.push('grievance.edit', { grievanceId: filed.id, changes }, { base })
  expect((await officeEdit({ priority: 'urgent' }, { priority: before.priority })).verdict).toBe('applied')
  await phone.context.setOffline(false)

  await expect
    .poll(async () => (await caseOf(officer, filed.id)).grievance, { timeout: 20_000 })
    .toMatchObject({ description: hers, priority: 'urgent' })
  const issuesOf = async () => (await officer.get(`/api/v1/sync-issues?subjectId=${filed.id}`)) as SyncIssueList
  expect((await issuesOf()).issues).toEqual([])
  await expect(page.locator('header a.pill')).toContainText('All received')

  await phone.context.setOffline(true)
  const hersAgain = `${hers}, a child nearly fell in`
  const his = `${filed.description} (checked by the office)`
  await correct(page, { description: hersAgain })
  expect((await officeEdit({ description: his }, { description: hers })).verdict).toBe('applied')
  await phone.context.setOffline(false)

  await page.getByRole('link', { name: 'Choose which one is right' }).click({ timeout: 20_000 })
  const card = page.locator('form.card').filter({ hasText: filed.number })
  await expect(card).toContainText('Two people changed this. Both are kept until you choose.')
  await expect(choiceOf(card, 'Yours')).toContainText(hersAgain)
  await expect(choiceOf(card, 'Office')).toContainText(his)
  await expect(card).toContainText(`Before, it was: ${hers}`)
  expect((await issuesOf()).issues).toMatchObject([{ field: 'description', yours: hersAgain, theirs: his, base: hers }])

  await choiceOf(card, 'Office').click()
  await card.getByRole('button', { name: 'Keep this one' }).click()
  await expect(card).toHaveCount(0)
  await expect.poll(async () => (await caseOf(officer, filed.id)).grievance.description, { timeout: 20_000 }).toBe(his)
  expect((await issuesOf()).open).toBe(0)
  const settled = (await officer.get(`/api/v1/sync-issues?status=settled&subjectId=${filed.id}`)) as SyncIssueList
  expect(settled.issues).toMatchObject([{ yours: hersAgain, theirs: his, settlement: 'theirs' }])
  const told = (await caseOf(officer, filed.id)).timeline.flatMap(({ changes }) => changes['description'] ?? [])
  for (const words of [filed.description, hers, hersAgain, his]) expect(told).toContain(words)
})
