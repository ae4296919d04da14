import type { Actor } from '#shared/identity/actor.ts'
import { mayDoToAll } from '#shared/identity/access-policy.ts'
import { heldCommandListSchema, type HeldCommandList, type HeldCommandView } from '#shared/sync-issues/held-command.ts'
import { may } from '../../http/access.ts'
import { defineRoute, type Route } from '../../http/define-route.ts'
import type { Database, Tx } from '../../postgres/transaction.ts'
import { heldDays } from './judge-held.ts'

/** What waits for a record: all of the office's for those who see every ward, else one's own. */
export function heldRoute({ database }: { database: Database }): Route {
  return defineRoute({
    method: 'get',
    path: '/api/v1/sync/held',
    summary: 'Commands that wait for a record that has not arrived, the oldest first',
    tag: 'sync',
    access: may('syncIssue.read'),
    reply: { 200: heldCommandListSchema },
    async handle({ context: { actor } }) {
      const who = { tenantId: actor.tenantId, actorId: actor.userId }
      return { status: 200, body: await database.withTenant(who, (tx) => listHeld(tx, actor), { readOnly: true }) }
    }
  })
}

async function listHeld(tx: Tx, actor: Actor): Promise<HeldCommandList> {
  const author = mayDoToAll(actor, 'syncIssue.read') ? null : actor.userId
  const { rows } = await tx.query<{ held: HeldCommandView; count: number }>(
    `select count(*) over () as count, json_build_object('commandId', h.command_id, 'name', h.command ->> 'name', 'authorId', h.actor_id,
        'authorName', u.name, 'deviceId', h.device_id, 'waitsFor', h.waits_for,
        'claimedAt', iso_instant(to_timestamp((h.command ->> 'at')::bigint / 1000.0)), 'receivedAt', iso_instant(h.received_at),
        'endsAt', iso_instant(h.received_at + $3 * interval '1 day')) as held
     from held_command h join user_account u on u.tenant_id = h.tenant_id and u.id = h.actor_id
     where h.tenant_id = $1 and ($2::uuid is null or h.actor_id = $2) order by h.received_at, h.command_id limit 200`,
    [tx.tenantId, author, heldDays]
  )
  return { held: rows.map((row) => row.held), count: rows[0]?.count ?? 0 }
}
