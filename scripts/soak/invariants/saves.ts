import { sameValue } from '#shared/protocol/canonical-json.ts'
import type { Command } from '#shared/protocol/command.ts'
import type { PushReply, PushRequest } from '#shared/protocol/push.ts'
import type { ItemState } from '#client/sync/sync-status.ts'
import type { World } from '../world.ts'
import { mustBeEmpty } from './compare.ts'
import { heldForGood } from './held.ts'

/**
 * (c) Everything that was saved on a phone has a verdict, or is kept by the server until a record comes that its author cannot see; what was
 * refused is an issue that author and office see. A refusal that its phone heard of before a backup came back is not sent again: it stays on the
 * phone, also where the backup has the command as one that waits. Its author knows already, and the office hears of it when the wait ends.
 * Resolves to how many are still kept.
 */
export async function checkSaves(world: World): Promise<number> {
  const { oracle } = world.stage
  const ids = world.saves.map((save) => save.commandId)
  const lost = await oracle.rows<{ id: string }>(world.office.tenantId,
    `select s.id from unnest($2::uuid[]) s(id) where not exists (select 1 from command_log l where l.tenant_id = $1 and l.id = s.id)`, [world.office.tenantId, ids])
  const items = world.devices.flatMap((device) => device.engine?.status().items ?? [])
  const held = await heldForGood(world)
  const refused = refusedBeforeRestore(world)
  const isKept = ({ id }: { id: string }) => held.has(id) || (refused.has(id) && items.some((item) => item.id === id && item.state === 'rejected'))
  mustBeEmpty('(c) no save is lost', lost.filter((one) => !isKept(one)).map(({ id }) => ({ id, item: items.find((item) => item.id === id) ?? 'not on any phone' })))
  const silent = await oracle.rows(world.office.tenantId,
    `select l.id, l.name, l.code from command_log l where l.tenant_id = $1 and l.verdict = 'rejected'
     and not exists (select 1 from sync_issue i where i.tenant_id = $1 and i.command_id = l.id and i.author_id = l.actor_id)`, [world.office.tenantId])
  mustBeEmpty('(c) every refusal is an issue', silent)
  for (const device of world.devices) {
    const mine = world.saves.filter((save) => save.deviceId === device.parts.deviceId)
    for (const { engine } of device.tabs) {
      const states = new Map(engine.status().items.map((item) => [item.id, item.state]))
      const unshown = mine.map((save) => ({ ...save, shown: states.get(save.commandId), held: held.get(save.commandId) })).filter((save) => !shows(save.shown, save.held !== undefined, refused.has(save.commandId)))
      mustBeEmpty(`(c) ${device.name} shows what became of each save`, unshown)
    }
  }
  return held.size
}

/** The phone asks again after a command that is held, so that it may just be on its way. */
const heldStates: readonly ItemState[] = ['waiting', 'sending', 'saved']
const endStates: readonly ItemState[] = ['received', 'attention', 'rejected', 'merged']
const shows = (state: ItemState | undefined, isHeld: boolean, wasRefused: boolean) =>
  state !== undefined && ((isHeld ? heldStates : endStates).includes(state) || (wasRefused && state === 'rejected'))

/** Commands whose phone was told that they are refused before the last backup came back. */
function refusedBeforeRestore(world: World): Set<string> {
  const before = world.recorder.pushes().filter(({ status, sentAt }) => status === 200 && sentAt < world.restoredAt)
  const verdicts = before.flatMap(({ reply }) => (JSON.parse(reply) as PushReply).verdicts)
  return new Set(verdicts.filter(({ verdict, first }) => (first ?? verdict) === 'rejected').map(({ id }) => id))
}

interface Written {
  commandId: string
  action: string
  before: Record<string, unknown>
  after: Record<string, unknown>
  issues: { field: string; yours: unknown; theirs: unknown }[]
}

/** Fields whose policy joins both values, so that no issue is needed. */
const joined = new Set(['notes', 'photos'])

/**
 * (c) No value that somebody saved is overwritten unseen: where an edit replaced another value than its author had before
 * him, or its own value was not taken, an issue holds the value that does not stand. Told from the audit, which has each
 * write with what stood there before.
 */
export async function checkOverwrites(world: World): Promise<void> {
  const commands = new Map(world.recorder.pushes().flatMap((heard) => (JSON.parse(heard.request) as PushRequest).commands.map((command) => [command.id, command])))
  const writes = await world.stage.oracle.rows<Written>(world.office.tenantId,
    `select l.id as "commandId", l.name as action, coalesce(a.before, '{}') as before, coalesce(a.after, '{}') as after,
            coalesce((select json_agg(json_build_object('field', i.field, 'yours', i.yours, 'theirs', i.theirs))
                      from sync_issue i where i.tenant_id = $1 and i.command_id = l.id), '[]') as issues
     from command_log l left join audit_entry a on a.tenant_id = $1 and a.command_id = l.id
     where l.tenant_id = $1 and l.verdict <> 'rejected' and l.name in ('grievance.edit', 'person.edit')`, [world.office.tenantId])
  mustBeEmpty('(c) nothing is overwritten unseen', writes.filter((write) => isSilent(write, commands.get(write.commandId))))
}

function isSilent(write: Written, command: Command | undefined): boolean {
  if (!command) return false
  const changes = command.args['changes'] as Record<string, unknown>
  return Object.entries(changes).some(([field, wanted]) => {
    if (joined.has(field)) return false
    const issue = write.issues.find((one) => one.field === field)
    const taken = field in write.after && sameValue(write.after[field], wanted)
    if (field in write.after && !sameValue(write.before[field], command.base?.[field])) return !sameValue(issue?.theirs ?? null, write.before[field])
    return !taken && issue !== undefined && !sameValue(issue.yours, wanted)
  })
}
