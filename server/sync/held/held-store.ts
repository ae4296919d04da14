import { collectionNames } from '#shared/protocol/collection-names.ts'
import { commandSchema, type Command } from '#shared/protocol/command.ts'
import type { Verdict } from '#shared/protocol/push.ts'
import type { Tx } from '../../postgres/transaction.ts'
import type { HeldCommand } from '../judging/judge-batch.ts'
import type { Sight } from '../sight.ts'

/** How long a device should let pass before it asks again, ms. The server judges by itself when the record comes. */
const askAgainMs = 60_000

/**
 * Keeps commands whole, what they say sealed, until what they wait for has come. Written before the records of the same batch, so that one of them
 * may be it; one that came since the rows were read is found here. A command held before keeps its first time, and the word that its record came meanwhile.
 */
export async function holdCommands(tx: Tx, held: readonly HeldCommand[], input: { sight: Sight; now: number }): Promise<Verdict[]> {
  if (held.length === 0) return []
  const now = new Date(input.now).toISOString()
  const rows = held.map(({ command: { args, base, ...command }, waitsFor }) => {
    const sealed = tx.sealed.seal(command.id, { args, ...(base !== undefined && { base }) })
    return { command_id: command.id, command, sealed, waits_for: waitsFor }
  })
  await tx.query(
    `insert into held_command (tenant_id, command_id, command, sealed, actor_id, device_id, waits_for, received_at, tried_at, ready)
     select $1, r.command_id, r.command, r.sealed, $3, $4, r.waits_for, $5, $5,
       exists (select 1 from sync_document d where d.tenant_id = $1 and d.collection = any ($6) and d.id = any (r.waits_for))
     from jsonb_populate_recordset(null::held_command, $2) r
     on conflict (tenant_id, command_id) do update set waits_for = excluded.waits_for, tried_at = excluded.tried_at`,
    [tx.tenantId, JSON.stringify(rows), input.sight.actor.userId, input.sight.actor.deviceId, now, collectionNames]
  )
  return held.map(({ command, waitsFor }) => ({ id: command.id, verdict: 'retry', waitsFor, afterMs: askAgainMs, stored: [], issues: [] }))
}

/** The commands of one person on one device, in the order of saving. */
export interface HeldTurn {
  actorId: string
  deviceId: string | null
  commands: Command[]
  /** They have waited as long as a command may: judged once more, and then refused. */
  expired: boolean
}

interface HeldRow {
  command: object
  id: string
  sealed: string
  actorId: string
  deviceId: string | null
  expired: boolean
}

/**
 * Takes commands whose record has come, that have not been looked at for a while, or whose time is over. Who takes them judges
 * them next: word that comes from here on counts for the next time. `now`, `triedBefore`, `receivedBefore`: server clock, ms.
 */
export async function takeHeldTurns(tx: Tx, due: { now: number; triedBefore: number; receivedBefore: number; most: number }): Promise<HeldTurn[]> {
  const instants = [due.triedBefore, due.receivedBefore, due.now].map((at) => new Date(at).toISOString())
  const { rows } = await tx.query<HeldRow>(
    `update held_command h set ready = false, tried_at = $4 from (
       select command_id from held_command where tenant_id = $1 and (ready or tried_at < $2 or received_at < $3)
       order by received_at, (command ->> 'seq')::bigint limit $5 for update) due
     where h.tenant_id = $1 and h.command_id = due.command_id
     returning h.command, h.command_id as id, h.sealed, h.actor_id as "actorId", h.device_id as "deviceId", h.received_at < $3 as expired`,
    [tx.tenantId, ...instants, due.most]
  )
  const turns = new Map<string, HeldTurn>()
  for (const { command, id, sealed, ...of } of rows) {
    const key = `${of.actorId} ${of.deviceId} ${of.expired}`
    const turn = turns.get(key) ?? { ...of, commands: [] }
    turns.set(key, turn)
    turn.commands.push(commandSchema.parse({ ...command, ...(tx.sealed.open(id, sealed) as object) }))
  }
  return [...turns.values()].map((turn) => ({ ...turn, commands: turn.commands.sort((a, b) => a.seq - b.seq) }))
}
