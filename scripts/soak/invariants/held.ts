import type { World } from '../world.ts'

interface Held {
  deviceId: string | null
  waitsFor: readonly string[]
}

/**
 * Commands that the server rightly goes on keeping, by id: what they wait for is nothing their author can see, and he was not refused to make
 * it; where he was, the server is about to refuse what waits for it as well.
 */
export async function heldForGood(world: World): Promise<Map<string, Held>> {
  const { oracle } = world.stage
  const rows = await oracle.rows<Held & { id: string; actorId: string }>(world.office.tenantId,
    `select command_id as id, actor_id as "actorId", device_id as "deviceId", waits_for as "waitsFor" from held_command h where tenant_id = $1
       and not exists (select 1 from sync_issue i where i.tenant_id = $1 and i.kind = 'rejected' and i.author_id = h.actor_id and i.subject_id = any (h.waits_for))`, [world.office.tenantId])
  const held = new Map<string, Held>()
  for (const { id, actorId, ...rest } of rows) {
    const visible = await oracle.visibleTo(world.office.tenantId, actorId)
    if (rest.waitsFor.some((one) => !visible.has(one))) held.set(id, rest)
  }
  return held
}

/**
 * Records that may stay on a phone although they are not his any more: what he saved there waits for them, and that they
 * went was forgotten (pruned), so that nobody can tell him. It ends when the wait does, after 30 days at the latest.
 */
export async function neededByHeld(world: World, deviceId: string): Promise<Set<string>> {
  const held = [...(await heldForGood(world)).values()].filter((one) => one.deviceId === deviceId)
  return new Set(held.flatMap((one) => one.waitsFor))
}
