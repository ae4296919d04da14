import { AppError } from '#shared/errors.ts'
import { givenUpNotesSchema, type GivenUp } from '#shared/devices/given-up.ts'
import type { Actor } from '#shared/identity/actor.ts'
import { recordAudit } from '../../audit/record-audit.ts'
import { signedIn } from '../../http/access.ts'
import { defineRoute, noBody, type Route } from '../../http/define-route.ts'
import type { RequestContext } from '../../http/request-context.ts'
import type { Tx } from '../../postgres/transaction.ts'
import type { DevicesNeeds } from './needs.ts'

/** The device shows its last so many notes; the audit has all. */
const keptNotes = 50

/** A phone tells what was given up on it, whoever is logged in there now: the databases that it stood in are gone. */
export function givenUpRoute(needs: DevicesNeeds): Route {
  return defineRoute({
    method: 'post', path: '/api/v1/devices/given-up', summary: 'A device tells what was given up by name on it at a logout; telling it again changes nothing.', tag: 'devices',
    access: signedIn, body: givenUpNotesSchema, reply: { 204: noBody },
    async handle({ body, context }) {
      const { actor } = context
      await needs.database.withTenant({ tenantId: actor.tenantId, actorId: actor.userId }, async (tx) => {
        for (const note of await unknownNotes(tx, actor, body.notes)) await keepNote(tx, needs, { note, context })
      })
      return { status: 204, body: undefined }
    }
  })
}

/** Locks the device: of two requests with the same note the second finds it there. */
async function unknownNotes(tx: Tx, actor: Actor, notes: readonly GivenUp[]): Promise<GivenUp[]> {
  const { rows } = await tx.query<{ given_up: GivenUp[] }>('select given_up from device where tenant_id = $1 and id = $2 for update', [tx.tenantId, actor.deviceId])
  if (!rows[0]) throw new AppError('unprocessable', 'This session has no device.')
  const known = new Set(rows[0].given_up.map(({ id }) => id))
  return notes.filter(({ id }) => !known.has(id) && known.add(id))
}

async function keepNote(tx: Tx, needs: DevicesNeeds, { note, context }: { note: GivenUp; context: RequestContext<Actor> }): Promise<void> {
  const { actor, requestId } = context
  await tx.query(
    `update device set given_up = (select coalesce(jsonb_agg(n order by at), '[]') from (
       select n, at from jsonb_array_elements(given_up || $3::jsonb) with ordinality kept (n, at) order by at desc limit ${keptNotes}) last)
     where tenant_id = $1 and id = $2`,
    [tx.tenantId, actor.deviceId, JSON.stringify([note])]
  )
  const { userId, at, count, items } = note
  const subject = { type: 'device', id: actor.deviceId }
  await recordAudit(tx, needs, { action: 'device.gave-up', actor, requestId, subject, after: { userId, at, count, items } })
}
