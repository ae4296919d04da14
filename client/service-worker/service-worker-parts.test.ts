import 'fake-indexeddb/auto'
import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { Outbox } from '#client/local-store/outbox.ts'
import { FieldDevice, testSession } from '#client/testing/field-device.ts'
import { onNotificationClick, type OpenRecordMessage } from './on-notification-click.ts'
import { onPush } from './on-push.ts'
import { onSync, UnsentError } from './on-sync.ts'

const scope = 'https://office.test/o/lake/field/'

function windowsAt(urls: string[]) {
  const opened: string[] = []
  const told: OpenRecordMessage[] = []
  const all = urls.map((url) => ({
    url,
    focus: async () => undefined,
    postMessage: (message: OpenRecordMessage) => void told.push(message)
  }))
  return { opened, told, all: async () => all, open: async (url: string) => void opened.push(url) }
}

describe('a tapped notice', () => {
  const data = { url: '/field/cases/17', recordId: '17' }

  it("opens its record in the office's own app", async () => {
    const windows = windowsAt([])
    await onNotificationClick(data, scope, windows)
    expect(windows.opened).toEqual([`${scope}cases/17`])
  })

  it('asks the open page to go there instead of opening a second one', async () => {
    const windows = windowsAt(['https://office.test/o/lake/admin/', `${scope}today`])
    await onNotificationClick(data, scope, windows)
    expect(windows.opened).toEqual([])
    expect(windows.told).toEqual([{ type: 'open-record', url: `${scope}cases/17` }])
  })

  it.each(['https://elsewhere.test/', '/admin/users', 'javascript:alert(1)', '', null])(
    'never leaves the app for %j',
    async (url) => {
      const windows = windowsAt([])
      await onNotificationClick({ url }, scope, windows)
      expect(windows.opened).toEqual([scope])
    }
  )
})

describe('a push', () => {
  const shown: { title: string; options: NotificationOptions | undefined }[] = []
  const registration = {
    async showNotification(title: string, options?: NotificationOptions) {
      shown.push({ title, options })
    }
  }

  it('is shown with what a tap needs, and something is shown whatever comes', async () => {
    const notice = { title: 'New work', body: 'Pothole', url: '/field/cases/1', tag: 'case-1', recordId: '1' }
    await onPush(JSON.stringify(notice), registration, { title: 'Sampark', body: 'There is news.' })
    await onPush('not ours', registration, { title: 'Sampark', body: 'There is news.' })
    await onPush(null, registration, { title: 'Sampark', body: 'There is news.' })
    expect(shown.map(({ title }) => title)).toEqual(['New work', 'Sampark', 'Sampark'])
    expect(shown[0]?.options).toMatchObject({
      body: 'Pothole',
      tag: 'case-1',
      data: { url: '/field/cases/1', recordId: '1' }
    })
  })
})

describe('background sync', () => {
  it('asks to be called again while something is unsent, and is content when all is sent', async () => {
    const device = new FieldDevice()
    const { tenant, user, deviceId } = device.info
    const outbox = new Outbox({ tenantSlug: tenant.slug, userId: user.id, deviceId })
    const command = { id: randomUUID(), v: 1, name: 'test.note', args: {}, at: 1, actor: user.id, device: deviceId }
    await outbox.append({ command, title: '', subject: null, writes: [], touches: [], blobs: [] })
    const parts = { scope, app: 'test', session: testSession(device.info, device.server.fetch), locks: device.locks }
    device.server.mishap = () => 'no-line'
    await expect(onSync('sampark-outbox', parts)).rejects.toThrow(UnsentError)
    await onSync('somebody-else', parts)
    device.server.mishap = () => null
    await onSync('sampark-outbox', parts)
    expect((await outbox.rows())[0]).toMatchObject({ state: 'settled', verdict: 'applied' })
    outbox.close()
  })

  it("sends nothing of the person who used this phone before, and his work goes when he is back", async () => {
    const device = new FieldDevice()
    const asha = device.info
    const ravi = { ...asha, user: { ...asha.user, id: randomUUID() } }
    const outbox = new Outbox({ tenantSlug: asha.tenant.slug, userId: asha.user.id, deviceId: asha.deviceId })
    const command = { id: randomUUID(), v: 1, name: 'test.note', args: {}, at: 1, actor: asha.user.id, device: asha.deviceId }
    await outbox.append({ command, title: '', subject: null, writes: [], touches: [], blobs: [] })
    const sendAs = (info: typeof asha) =>
      onSync('sampark-outbox', { scope, app: 'test', session: testSession(info, device.server.fetch), locks: device.locks })
    await sendAs(ravi)
    expect([device.server.commands.size, (await outbox.rows())[0]?.state]).toEqual([0, 'pending'])
    await sendAs(asha)
    expect([...device.server.commands.keys()]).toEqual([command.id])
    outbox.close()
  })
})
