import { canonicalJson } from '#shared/protocol/canonical-json.ts'
import { collectionNames } from '#shared/protocol/collection-names.ts'
import type { Device } from '../device/device.ts'
import { withStoredReplica } from '../device/stored-replica.ts'
import type { World } from '../world.ts'
import { neededByHeld } from './held.ts'
import { beyond, differences, mustBeEmpty, type Difference } from './compare.ts'

const attempts = 5

/** (a) What is on the disk of each phone, opened anew: id, rev and content are those that the database says are for him. */
export async function checkStoredReplicas(world: World): Promise<void> {
  for (const device of world.devices) {
    let found = await storedDifferences(world, device)
    for (let attempt = 1; attempt < attempts && found.length > 0 && found.every(isOnlyRev); attempt += 1) {
      await readOnceMore(device)
      found = await storedDifferences(world, device)
    }
    mustBeEmpty(`(a) ${device.name} holds what it may see, no more and no less`, found)
  }
}

async function storedDifferences(world: World, device: Device): Promise<Difference[]> {
  const truth = await world.stage.oracle.visibleTo(world.office.tenantId, device.parts.userId)
  const found = differences(await storedOn(device, [...truth.keys()]), new Map([...truth].map(([id, record]) => [id, record.document])))
  return found.length > 0 ? beyond(found, await neededByHeld(world, device.parts.deviceId)) : found
}

/** A newer rev with the same content shows nowhere in the app, so that it may have become quiet just before it came. */
function isOnlyRev({ here, there }: Difference): boolean {
  return here !== null && there !== null && canonicalJson({ ...here, rev: 0 }) === canonicalJson({ ...there, rev: 0 })
}

async function readOnceMore(device: Device): Promise<void> {
  await device.open()
  device.engine?.syncNow()
  await device.engine?.inSync()
  await device.close()
}

function storedOn(device: Device, ids: readonly string[]): Promise<Map<string, unknown>> {
  return withStoredReplica(device, async (store, code) => {
    const held = new Map<string, unknown>()
    for (const name of collectionNames) {
      const known = (await code.replicaReads(store).all(name)).map((record) => record.id)
      const documents = await store.database.collections[name].storageInstance.findDocumentsById([...new Set([...ids, ...known])], false)
      for (const document of documents) held.set(document.id, asServed(document))
    }
    return held
  })
}

/** Without what the replica adds. */
function asServed(document: object): Record<string, unknown> {
  const added = new Set(['_deleted', '_rev', '_meta', '_attachments', 'parent', 'syncGeneration'])
  return Object.fromEntries(Object.entries(document).filter(([name]) => !added.has(name)))
}
