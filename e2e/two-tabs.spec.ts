import { randomBytes, randomUUID } from 'node:crypto'
import { expect, type CDPSession, type Page, type Route } from '@playwright/test'
import type { Person } from '#shared/people/person.ts'
import { moveIn, test, viewAs, type FieldPhone, type WireView } from './fixtures/field-worker.ts'

// Two tabs of one worker, one of them perhaps frozen by the browser, and the service worker with or without a tab.

const newName = () => `Zubeda ${randomBytes(4).toString('hex')}`
const pushPath = '**/api/v1/sync/push'

async function addPerson(page: Page, name: string): Promise<void> {
  await page.getByRole('link', { name: 'People', exact: true }).click()
  await page.locator('a.house').first().click()
  await page.getByRole('link', { name: 'Add a person' }).click()
  await page.getByLabel('Name', { exact: true }).fill(name)
  await page.getByLabel('Year of birth').fill('1971')
  await page.getByRole('button', { name: 'Save person' }).click()
  await expect(page.locator('a.person').filter({ hasText: name })).toBeVisible()
}

async function openSecond(phone: FieldPhone): Promise<Page> {
  const page = await phone.context.newPage()
  await page.goto(`${phone.address}/field/`)
  await expect(page.getByRole('link', { name: 'People', exact: true })).toBeVisible()
  return page
}

/** How often the office has people of these names. */
async function timesKnown(server: WireView, names: readonly string[]): Promise<number[]> {
  const people = (await server.read('people', 'person')) as unknown as Person[]
  return names.map((name) => people.filter((one) => one.name === name).length)
}

const expectOnlyHere = async (page: Page, count: number): Promise<void> => {
  await page.getByRole('navigation', { name: 'Main parts' }).getByRole('link', { name: 'More' }).click()
  await page.getByRole('link', { name: /^Sync Centre/ }).click()
  await expect(page.getByRole('heading', { name: `Only on this phone ${count}` })).toBeVisible({ timeout: 20_000 })
}

/** Requests of this page to send what is saved: held back, answered by nobody, until it is let go. */
async function holdPushes(page: Page): Promise<{ held(): number; letGo(): Promise<void> }> {
  const routes: Route[] = []
  let holding = true
  await page.route(pushPath, (route) => (holding ? void routes.push(route) : route.fallback()))
  return {
    held: () => routes.length,
    async letGo() {
      holding = false
      for (const route of routes.splice(0)) await route.abort('connectionreset').catch(() => undefined)
    }
  }
}

const setLife = (session: CDPSession, state: 'frozen' | 'active') => session.send('Page.setWebLifecycleState', { state })

/** Fires the browser's Background Sync in the app's service worker, as it does when it finds a network. */
async function dispatchSync(phone: FieldPhone, from: Page): Promise<void> {
  const session = await phone.context.newCDPSession(from)
  const scope = `${phone.address}/field/`
  const found = new Promise<string>((resolve) =>
    session.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
      const own = registrations.find(({ scopeURL }) => scopeURL === scope)
      if (own) resolve(own.registrationId)
    })
  )
  await session.send('ServiceWorker.enable')
  const registrationId = await found
  await session.send('ServiceWorker.dispatchSyncEvent', { origin: phone.address, registrationId, tag: 'sampark-outbox', lastChance: false })
}

test('two tabs of one worker both save without a network: each shows what the other saved, and all of it arrives once', async ({ phone, baseURL }) => {
  const server = await viewAs(baseURL ?? '', 'asha')
  const names = [newName(), newName()]
  const first = await phone.open()
  await moveIn(phone, 'asha')
  const second = await openSecond(phone)
  await phone.context.setOffline(true)
  await addPerson(first, names[0]!)
  await addPerson(second, names[1]!)
  for (const page of [first, second]) await expectOnlyHere(page, 2)
  await phone.context.setOffline(false)
  await expect.poll(() => timesKnown(server, names), { timeout: 40_000 }).toEqual([1, 1])
  for (const page of [first, second]) await expectOnlyHere(page, 0)
  expect(await timesKnown(server, names)).toEqual([1, 1])
})

test('a tab that was frozen while it sent and read does not stop the other one for ever, and does no harm when it goes on', async ({ phone, baseURL }) => {
  const server = await viewAs(baseURL ?? '', 'asha')
  const names = [newName(), newName()]
  const first = await phone.open()
  await moveIn(phone, 'asha')
  const pushes = await holdPushes(first)
  await addPerson(first, names[0]!)
  await expect.poll(pushes.held).toBeGreaterThan(0)
  const session = await phone.context.newCDPSession(first)
  await setLife(session, 'frozen')

  const second = await openSecond(phone)
  await addPerson(second, names[1]!)
  await expect.poll(() => timesKnown(server, names), { timeout: 70_000 }).toEqual([1, 1])
  const elsewhere = await addFromAnotherDevice(baseURL ?? '', server)
  await second.getByRole('navigation', { name: 'Main parts' }).getByRole('link', { name: 'People' }).click()
  await second.getByRole('searchbox', { name: 'Search people and households' }).fill(elsewhere)
  await expect(second.locator('a.house').filter({ hasText: elsewhere })).toBeVisible({ timeout: 20_000 })

  await pushes.letGo()
  await setLife(session, 'active')
  for (const page of [first, second]) await expectOnlyHere(page, 0)
  expect(await timesKnown(server, names)).toEqual([1, 1])
})

/** A household that the same worker enters on another phone; resolves to its house number. */
async function addFromAnotherDevice(address: string, server: WireView): Promise<string> {
  const houseNumber = `Z${randomBytes(3).toString('hex')}`
  const { accessToken, user, wardIds } = server.info
  const args = { householdId: randomUUID(), wardId: wardIds[0], houseNumber, street: '0 Lake Road', latitude: null, longitude: null }
  const command = { id: randomUUID().replace(/^(.{14})./, '$17'), v: 1, seq: 0, name: 'household.add', args, at: Date.now(), actor: user.id, device: server.info.deviceId }
  const response = await fetch(`${address}/api/v1/sync/push`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${accessToken}` },
    body: JSON.stringify({ protocol: 1, app: 'another', commands: [command], deviceTime: Date.now() })
  })
  expect(await response.json()).toMatchObject({ verdicts: [{ verdict: 'applied' }] })
  return houseNumber
}

test('the service worker sends what was saved, with every tab closed, and while a tab is open', async ({ phone, baseURL }) => {
  const server = await viewAs(baseURL ?? '', 'asha')
  const names = [newName(), newName()]
  const page = await phone.open()
  await moveIn(phone, 'asha')
  await holdPushes(page)
  await addPerson(page, names[0]!)
  const blank = await phone.context.newPage()
  await page.close()
  await expect.poll(async () => {
    await dispatchSync(phone, blank)
    return timesKnown(server, [names[0]!])
  }, { timeout: 40_000 }).toEqual([1])

  const again = await openSecond(phone)
  const pushes = await holdPushes(again)
  await expectOnlyHere(again, 0)
  await phone.context.setOffline(true)
  await addPerson(again, names[1]!)
  await phone.context.setOffline(false)
  await expect.poll(async () => {
    await dispatchSync(phone, blank)
    await pushes.letGo()
    return timesKnown(server, names)
  }, { timeout: 40_000 }).toEqual([1, 1])
  await expectOnlyHere(again, 0)
})

test('without Background Sync the tab sends by itself when the network is back', async ({ phone, baseURL }) => {
  const server = await viewAs(baseURL ?? '', 'asha')
  const name = newName()
  const page = await phone.open()
  await phone.context.addInitScript(() => {
    Reflect.deleteProperty(ServiceWorkerRegistration.prototype, 'sync')
    Reflect.deleteProperty(globalThis, 'SyncManager')
  })
  await moveIn(phone, 'asha')
  expect(await page.evaluate(() => 'sync' in ServiceWorkerRegistration.prototype)).toBe(false)
  await phone.context.setOffline(true)
  await addPerson(page, name)
  await phone.context.setOffline(false)
  await expect.poll(() => timesKnown(server, [name]), { timeout: 40_000 }).toEqual([1])
  await expectOnlyHere(page, 0)
})
