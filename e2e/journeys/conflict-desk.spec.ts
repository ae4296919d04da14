import { expect, type Locator, type Page } from '@playwright/test'
import { moveIn, test } from '../fixtures/field-worker.ts'
import { enterOffice, fileAsWorker, openPhone, type FiledGrievance, type WorkerPhone } from '../fixtures/officer.ts'

/** The card of a grievance on the desk. */
const cardOf = (page: Page, { number }: FiledGrievance): Locator => page.locator('article.issue', { hasText: number })

const editing = (worker: WorkerPhone, grievance: FiledGrievance, description: string) =>
  worker.push('grievance.edit', { grievanceId: grievance.id, changes: { description } }, { base: { description: grievance.description } })

async function storedAt(office: WorkerPhone, { id }: FiledGrievance): Promise<string> {
  const { grievance } = (await office.get(`/api/v1/grievances/${id}`)) as { grievance: { description: string } }
  return grievance.description
}

/** The worker corrects the description on her phone, which is offline. */
async function editOnPhone(page: Page, { id, description }: FiledGrievance, text: string): Promise<void> {
  await page.goto(new URL(`/field/cases/${id}`, page.url()).href)
  await expect(page.getByText(description)).toBeVisible()
  await page.context().setOffline(true)
  await page.getByRole('button', { name: 'Edit' }).click()
  const form = page.locator('dialog[open]')
  await form.locator('textarea').fill(text)
  await form.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText(text).first()).toBeVisible()
}

test('two wrote the same: the office sees both, writes a third, and the author reads on her phone what came of it', async ({
  phone,
  page,
  baseURL
}) => {
  const address = baseURL ?? ''
  const [asha, ravi] = [await openPhone(address, 'asha'), await openPhone(address, 'ravi')]
  const grievance = await fileAsWorker(asha, { description: 'The bench by the pond is broken' })
  const mobile = await phone.open()
  await moveIn(phone, 'asha')
  await editOnPhone(mobile, grievance, 'Two benches by the pond are broken')
  expect(await editing(ravi, grievance, 'The bench by the gate is broken')).toMatchObject({ verdict: 'applied' })
  await mobile.context().setOffline(false)

  await enterOffice(page, 'ravi', 'issues')
  const card = cardOf(page, grievance)
  await expect(card).toBeVisible({ timeout: 20_000 })
  const sides = card.locator('label.side')
  await expect(sides.nth(0)).toContainText('Asha Bhosale')
  await expect(sides.nth(0)).toContainText('Two benches by the pond are broken')
  await expect(sides.nth(0)).toContainText("by the device's clock")
  await expect(sides.nth(0)).toContainText("by the server's clock")
  await expect(sides.nth(0)).toContainText('stands in the record now')
  await expect(sides.nth(1)).toContainText('Ravi Kulkarni')
  await expect(sides.nth(1)).toContainText('The bench by the gate is broken')
  await expect(card).toContainText('Before both: The bench by the pond is broken')
  await card.getByText('Neither: write a third').click()
  await card.getByLabel('What is right').fill('Three benches are broken')
  await card.getByRole('button', { name: 'Take this value' }).click()
  await expect(card).toHaveCount(0)
  expect(await storedAt(ravi, grievance)).toBe('Three benches are broken')

  await phone.goTo('sync')
  const told = mobile.locator('section.card', { hasText: grievance.number })
  await expect(told).toContainText('The office wrote something else:', { timeout: 20_000 })
  await expect(told).toContainText('Three benches are broken')
  await expect(told).toContainText('Ravi Kulkarni')

  await page.getByRole('button', { name: 'Settled' }).click()
  await cardOf(page, grievance).getByRole('button', { name: 'Take it back' }).click()
  await expect(cardOf(page, grievance)).toHaveCount(0)
  expect(await storedAt(ravi, grievance)).toBe('Two benches by the pond are broken')
  await expect(told).toHaveCount(0)
})

test('many are settled at once and taken back at once; what somebody changed since stays', async ({ page, baseURL }) => {
  const address = baseURL ?? ''
  const [asha, ravi] = [await openPhone(address, 'asha'), await openPhone(address, 'ravi')]
  const filed: FiledGrievance[] = []
  for (const place of ['mill', 'ford']) {
    const grievance = await fileAsWorker(asha, { description: `The lamp at the ${place} is dark` })
    expect(await editing(ravi, grievance, `Office: the lamp at the ${place}`)).toMatchObject({ verdict: 'applied' })
    expect(await editing(asha, grievance, `Worker: the lamp at the ${place}`)).toMatchObject({ verdict: 'merged' })
    filed.push(grievance)
  }
  const [mill, ford] = [filed[0]!, filed[1]!]
  const stored = () => Promise.all(filed.map((grievance) => storedAt(ravi, grievance)))
  const [byOffice, byWorker] = ['Office', 'Worker'].map((who) => ['mill', 'ford'].map((place) => `${who}: the lamp at the ${place}`))

  await enterOffice(page, 'sunita', 'issues?kind=conflict')
  for (const grievance of filed) await cardOf(page, grievance).getByRole('checkbox').check()
  await page.getByRole('button', { name: 'Keep what stood there (2)' }).click()
  for (const grievance of filed) await expect(cardOf(page, grievance)).toHaveCount(0)
  expect(await stored()).toEqual(byOffice)

  await page.getByRole('status').getByRole('button', { name: 'Undo' }).click()
  for (const grievance of filed) await expect(cardOf(page, grievance)).toBeVisible()
  expect(await stored()).toEqual(byWorker)

  for (const grievance of filed) await cardOf(page, grievance).getByRole('checkbox').check()
  await page.getByRole('button', { name: 'Keep what stood there (2)' }).click()
  for (const grievance of filed) await expect(cardOf(page, grievance)).toHaveCount(0)
  await ravi.push(
    'grievance.edit',
    { grievanceId: ford.id, changes: { description: 'Mended since' } },
    { base: { description: byOffice![1] } }
  )
  await page.getByRole('button', { name: 'Settled' }).click()
  for (const grievance of filed) await cardOf(page, grievance).getByRole('button', { name: 'Take it back' }).click()
  await expect(cardOf(page, mill)).toHaveCount(0)
  await expect(cardOf(page, ford)).toContainText('Somebody has changed or settled this meanwhile')
  expect(await stored()).toEqual([byWorker![0], 'Mended since'])
})

test('a receipt that a phone shows is found in the office, in plain words', async ({ page, baseURL }) => {
  const address = baseURL ?? ''
  const asha = await openPhone(address, 'asha')
  const grievance = await fileAsWorker(asha, { description: 'The drain cover rattles at night' })
  const verdict = await editing(asha, grievance, 'The drain cover rattles all day')
  await enterOffice(page, 'ravi', 'issues')
  await page.getByText('Look up a receipt').click()
  const search = async (words: string) => {
    await page.getByLabel('Receipt', { exact: true }).fill(words)
    await page.getByRole('button', { name: 'Look it up' }).click()
  }
  await search('not a receipt')
  await expect(page.locator('.receipts')).toContainText('The office has no such receipt.')
  for (const words of [verdict.id, ` ${verdict.receipt?.hash.toUpperCase()} `]) {
    await search(words)
    const found = page.locator('.receipts .found')
    await expect(found).toContainText('Received and in the record.')
    await expect(found).toContainText(`Correct a grievance · ${grievance.number} · Asha Bhosale`)
    await expect(found).toContainText(verdict.receipt?.hash ?? '')
  }
})
