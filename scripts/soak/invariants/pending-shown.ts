import type { RecordRef } from '#shared/protocol/collection-names.ts'
import type { Device } from '../device/device.ts'
import type { World } from '../world.ts'
import { mustBeEmpty } from './compare.ts'

export async function isThere(device: Device, { collection, type, id }: RecordRef): Promise<boolean> {
  const record = await device.engine?.records.get(collection, type, id).catch(() => null)
  return record != null
}

/** (c) What was made on this phone and is not sent yet is on its screen when the app is opened again, with or without a network. */
export async function checkPendingShown(world: World, device: Device): Promise<void> {
  const isSaved = (commandId: string) => device.engine?.status().items.some((item) => item.id === commandId && item.state === 'saved') === true
  const missing: RecordRef[] = []
  for (const { deviceId, commandId, made, household } of world.saves) {
    if (deviceId !== device.parts.deviceId || !made || !isSaved(commandId)) continue
    if (household && !(await isThere(device, household))) continue
    if (!(await isThere(device, made)) && isSaved(commandId) && (!household || (await isThere(device, household)))) missing.push(made)
  }
  if (device.engine) mustBeEmpty(`(c) ${device.name} still shows what waits on it`, missing)
}
