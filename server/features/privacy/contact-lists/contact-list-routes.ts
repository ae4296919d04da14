import { AppError } from '#shared/errors.ts'
import { csvLine } from '#shared/exports/csv-text.ts'
import type { Actor } from '#shared/identity/actor.ts'
import { isMasked } from '#shared/identity/field-mask.ts'
import { pageOf } from '#shared/list-page.ts'
import {
  blockedPageSchema, blockedQuerySchema, blockReasons, contactListCountsSchema, contactListQuerySchema, type BlockedContact, type BlockReason, type ContactListCounts, type ContactListQuery
} from '#shared/privacy/contact-list.ts'
import { recordAudit } from '../../../audit/record-audit.ts'
import { may } from '../../../http/access.ts'
import { defineRawRoute, defineRoute, type Route } from '../../../http/define-route.ts'
import type { PrivacyNeeds } from '../needs.ts'
import { judgeContacts, type JudgedContact } from './judge-contacts.ts'

const access = may('contact.export')
const tag = 'privacy'
const limit = { name: 'contact-list', points: 60, seconds: 60, by: 'actor' } as const

/** Addresses for one purpose: what stands to be had, what is left out and why, and the file. Consent is judged anew each time. */
export function contactListRoutes(needs: PrivacyNeeds): Route[] {
  return [countsRoute(needs), blockedRoute(needs), exportRoute(needs)]
}

const judged = ({ database }: PrivacyNeeds, actor: Actor, query: ContactListQuery) =>
  database.withTenant({ tenantId: actor.tenantId, actorId: actor.userId }, (tx) => judgeContacts(tx, query), { readOnly: true })

function countsRoute(needs: PrivacyNeeds): Route {
  return defineRoute({
    method: 'get', path: '/api/v1/contact-lists/counts', summary: 'How many addresses consent covers for a purpose and a channel, and how many it does not, by reason', tag, access, limit,
    query: contactListQuerySchema, reply: { 200: contactListCountsSchema },
    async handle({ query, context: { actor } }) {
      return { status: 200, body: countsOf(await judged(needs, actor, query)) }
    }
  })
}

function blockedRoute(needs: PrivacyNeeds): Route {
  return defineRoute({
    method: 'get', path: '/api/v1/contact-lists/blocked', summary: 'The contacts that are left out of a list, each with its reason and without its address', tag, access, limit,
    query: blockedQuerySchema, reply: { 200: blockedPageSchema },
    async handle({ query, context: { actor } }) {
      const { reason, after = '', limit: most } = query
      const left = (await judged(needs, actor, query)).filter((one) => one.reason !== null && (!reason || one.reason === reason) && one.id > after)
      const { page, next } = pageOf(left, most)
      return { status: 200, body: { rows: page.map((one) => blockedFor(actor, one)), next } }
    }
  })
}

function exportRoute(needs: PrivacyNeeds): Route {
  return defineRawRoute({
    method: 'get', path: '/api/v1/contact-lists/export', summary: 'The addresses that consent covers, as CSV; written down with purpose, channel and counts. Not for roles from which fields are hidden.', tag, access,
    query: contactListQuerySchema, contentType: 'text/csv', limit: { name: 'contact-list-export', points: 20, seconds: 3600, by: 'actor' },
    async handle(...[, response, { actor, requestId }, { query }]) {
      if (actor.masks?.length) throw new AppError('forbidden', 'Fields of contacts are hidden from this role.')
      const contacts = await needs.database.withTenant({ tenantId: actor.tenantId, actorId: actor.userId }, async (tx) => {
        const found = await judgeContacts(tx, query)
        await recordAudit(tx, needs, { action: 'contact.export', actor, requestId, after: { ...query, ...countsOf(found) } })
        return found
      })
      response.setHeader('Content-Type', 'text/csv; charset=utf-8')
      response.setHeader('Content-Disposition', `attachment; filename="contacts-${query.purpose}-${query.channel}.csv"`)
      response.setHeader('Cache-Control', 'no-store')
      response.end(fileOf(contacts))
    }
  })
}

function countsOf(contacts: readonly JudgedContact[]): ContactListCounts {
  const blocked = Object.fromEntries(blockReasons.map((reason) => [reason, 0])) as Record<BlockReason, number>
  for (const { reason } of contacts) if (reason !== null) blocked[reason] += 1
  return { allowed: contacts.filter(({ reason }) => reason === null).length, blocked }
}

function blockedFor(actor: Actor, { id, group, reason, name, wardId, number }: JudgedContact): BlockedContact {
  const isHidden = group === 'reporters' && isMasked(actor, 'reporter')
  return { id, group, reason: reason as BlockReason, name: isHidden ? null : name, wardId, number }
}

/** Phones without their plus, which a spreadsheet would take for the start of a formula. Excel takes a file for UTF-8 by its first character. */
function fileOf(contacts: readonly JudgedContact[]): string {
  const lines = contacts.filter(({ reason }) => reason === null).map(({ name, address, language, group }) => csvLine([name, address?.replace(/^\+/, '') ?? null, language, group]))
  return `\uFEFF${csvLine(['name', 'address', 'language', 'group'])}${lines.join('')}`
}
