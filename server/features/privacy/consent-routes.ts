import { z } from 'zod'
import { AppError } from '#shared/errors.ts'
import { mayDo } from '#shared/identity/access-policy.ts'
import type { Actor } from '#shared/identity/actor.ts'
import { uuidSchema } from '#shared/ids.ts'
import { consentChangeSchema, consentStateSchema } from '#shared/privacy/consent.ts'
import { recordAudit } from '../../audit/record-audit.ts'
import { may } from '../../http/access.ts'
import { defineRoute, noBody, type Route } from '../../http/define-route.ts'
import type { Tx } from '../../postgres/transaction.ts'
import { recordAnnouncement } from '../../sync/announce-records.ts'
import type { PrivacyNeeds } from './needs.ts'
import { contactOf, decisionsOf, type KnownContact } from './contact-consents.ts'

const access = may('contact.read')
const params = z.object({ id: uuidSchema })
const path = '/api/v1/contacts/:id/consents'
const tag = 'privacy'

/** What somebody in a household, or who reported something, allows his address to be used for; seen and changed by whoever may reach him. */
export function consentRoutes(needs: PrivacyNeeds): Route[] {
  return [readRoute(needs), changeRoute(needs)]
}

function readRoute({ database }: PrivacyNeeds): Route {
  return defineRoute({
    method: 'get', path, summary: 'What a contact may be used for, and the decisions behind it', tag, access, params, reply: { 200: consentStateSchema },
    async handle({ params: { id }, context: { actor } }) {
      const read = async (tx: Tx) => {
        const contact = await reachable(tx, actor, id)
        const { language, consents, channels } = contact
        return { language, consents, channels, decisions: await decisionsOf(tx, id) }
      }
      return { status: 200, body: await database.withTenant({ tenantId: actor.tenantId, actorId: actor.userId }, read, { readOnly: true }) }
    }
  })
}

function changeRoute(needs: PrivacyNeeds): Route {
  return defineRoute({
    method: 'post', path, summary: 'Notes what a person decided after the notice was read to him in his language', tag, access, params,
    body: consentChangeSchema, reply: { 204: noBody },
    async handle({ params: { id }, body: { purpose, channel, given, language }, context: { actor, requestId } }) {
      const change = await needs.database.withTenant({ tenantId: actor.tenantId, actorId: actor.userId }, async (tx) => {
        const contact = await reachable(tx, actor, id)
        if (given && !contact.channels.includes(channel)) throw new AppError('unprocessable', 'No address of this kind is kept.')
        const event = { purpose, channel, given, source: 'office' as const }
        await needs.reports.recordConsents(tx, { contactId: id, language, now: needs.clock.now(), events: [event], newId: needs.newId, actorId: actor.userId })
        await recordAudit(tx, needs, { action: 'consent.change', actor, requestId, subject: { type: contact.type, id }, after: { purpose, channel, given, language } })
        return recordAnnouncement(tx, [id])
      })
      if (change) needs.announce(change)
      return { status: 204, body: undefined }
    }
  })
}

/** Throws `not_found` also for a contact out of the actor's reach: nothing tells that it exists. */
async function reachable(tx: Tx, actor: Actor, id: string): Promise<KnownContact> {
  const contact = await contactOf(tx, id)
  if (!contact || !mayDo(actor, 'contact.read', contact.subject)) throw new AppError('not_found', 'There is no such contact.')
  return contact
}
