import type { ReplicaStore } from '#client/local-store/replica-store.ts'
import type { ClientCode } from './client-code.ts'
import type { Device } from './device.ts'
import { beginLife, Life, lifeSlug } from './lives.ts'

/** The replica on the disk of a phone whose app is closed, opened by the app's own code. */
export async function withStoredReplica<Result>(device: Device, work: (store: ReplicaStore, code: ClientCode) => Promise<Result>): Promise<Result> {
  const { slug, userId, deviceId, realms } = device.parts
  const code = device.code ?? (await realms.take())
  device.life = new Life(device.life.number + 1)
  beginLife(deviceId, device.life)
  const owner = { tenantSlug: lifeSlug(slug, device.life.number), userId, deviceId }
  const store = await code.openReplicaStore({ owner, parents: code.syncNouns.parents, multiInstance: false })
  try {
    return await work(store, code)
  } finally {
    await store.close()
    if (!device.code) realms.giveBack(code)
  }
}
