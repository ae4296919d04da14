import 'fake-indexeddb/auto'
import { randomBytes, randomUUID } from 'node:crypto'
import { afterEach, describe, expect, it } from 'vitest'
import { ownerPrefix } from '#client/local-store/database-names.ts'
import { ReplicaVault } from '#client/local-store/keys/replica-vault.ts'
import { FieldDevice, until, wardId } from '#client/testing/field-device.ts'
import { storedBytes, wordsIn } from '#client/testing/stored-bytes.ts'
import type { SyncEngine } from './sync-engine.ts'

const received = ['Sunita Devi', '+919812345678', 'The drain behind the school', 'Ambedkar Nagar']
const saved = ['Temple Street 77']

let device: FieldDevice
let vault: ReplicaVault
afterEach(async () => {
  await device.stopAll()
  vault.close()
})

const ownerOf = ({ info }: FieldDevice) => ({ tenantSlug: info.tenant.slug, userId: info.user.id, deviceId: info.deviceId })

async function unlocked(pin: string | null): Promise<SyncEngine> {
  const opened = await vault.open(pin)
  if (opened.kind !== 'open') throw new Error(`The vault is ${opened.kind}.`)
  device.cipher = opened.cipher
  return device.start()
}

describe('everything on a phone', () => {
  it('lies sealed on the disk, and is all there again after a start without a network', async () => {
    device = new FieldDevice()
    vault = new ReplicaVault(ownerOf(device), () => 1)
    await vault.takeShare(randomBytes(32).toString('base64url'), 'login')
    await vault.open()
    await vault.setPin(null, '4071')
    device.server.put('places', { id: wardId, type: 'ward', number: '1', name: received[3], names: {} })
    device.server.put('people', { id: randomUUID(), type: 'person', name: received[0], wardId, householdId: randomUUID() })
    device.server.put('contacts', { id: randomUUID(), type: 'person_contact', personId: randomUUID(), phone: received[1], wardId })
    device.server.put('cases', { id: randomUUID(), type: 'grievance', description: received[2], wardId, state: 'submitted' })
    const first = await unlocked('4071')
    await first.inSync()
    device.server.mishap = () => 'no-line'
    const householdId = randomUUID()
    const args = { householdId, wardId, houseNumber: '77', street: saved[0], latitude: null, longitude: null }
    await first.sink.submit('household.add', args, { title: saved[0] })
    await until(() => first.status().items.length === 1)
    await device.stop(first)

    const bytes = await storedBytes(ownerPrefix(ownerOf(device)))
    expect(bytes.length).toBeGreaterThan(2_000)
    expect(wordsIn(bytes, [...received, ...saved])).toEqual([])

    expect(await vault.open()).toMatchObject({ kind: 'pin' })
    const second = await unlocked('4071')
    const [person] = (await second.records.list({ collection: 'people', type: 'person' })).records
    expect(person).toMatchObject({ name: received[0] })
    expect(await second.records.get('places', 'household', householdId)).toMatchObject({ street: saved[0] })
  })
})
