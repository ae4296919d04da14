import type { PushRequest } from '#shared/protocol/push.ts'
import type { Heard } from '../wire/recorder.ts'
import type { World } from '../world.ts'
import { Broken, mustBeEmpty } from './compare.ts'

/**
 * (e) Every recorded request sent once more, by the same person: not one row of the office changes. What went with a restore is new
 * again, and to ask again after a command that is held may rightly bring its verdict: both are left out. */
export async function checkReplay(world: World): Promise<number> {
  await world.gate.idle()
  const before = await world.stage.oracle.digest(world.office.tenantId)
  const known = await knownCommands(world)
  const bodies = new Map(world.recorder.pushes().filter((heard) => isKnown(heard, known)).map((heard) => [`${heard.deviceId} ${heard.request}`, heard]))
  for (const heard of bodies.values()) {
    const status = await send(world, heard)
    if (status !== 200) throw new Broken('(e) a replay is answered', { status, request: heard.request })
  }
  const after = await world.stage.oracle.digest(world.office.tenantId)
  mustBeEmpty('(e) replaying changes nothing', [...after].filter(([table, sum]) => before.get(table) !== sum))
  return bodies.size
}

async function knownCommands(world: World): Promise<Set<string>> {
  const rows = await world.stage.oracle.rows<{ id: string }>(world.office.tenantId,
    'select id from command_log where tenant_id = $1', [world.office.tenantId])
  return new Set(rows.map(({ id }) => id))
}

const isKnown = ({ request }: Heard, known: ReadonlySet<string>) =>
  (JSON.parse(request) as PushRequest).commands.every((command) => known.has(command.id))

async function send(world: World, { deviceId, path, request }: Heard): Promise<number> {
  if (deviceId === world.officer.deviceId) return (await world.officer.call('POST', '/api/v1/sync/push', JSON.parse(request))).status
  return (await sendAs(world, deviceId, { path, request })).status
}

/** A request by that device's login, past its bad line. */
export async function sendAs(world: World, deviceId: string, { path, request }: { path: string; request: string }): Promise<Response> {
  const { session } = world.devices.find((device) => device.parts.deviceId === deviceId)!
  const token = (await session!.tokens.current()) ?? (await session!.tokens.refresh())
  const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' }
  return fetch(world.stage.serverUrl + path, { method: 'POST', headers, body: request })
}
