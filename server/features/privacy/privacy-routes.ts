import { z } from 'zod'
import { AppError } from '#shared/errors.ts'
import { uuidSchema } from '#shared/ids.ts'
import { normalizePhone } from '#shared/people/phone.ts'
import {
  dataCopySchema, dataFoundSchema, dataSearchSchema, dataSubjectSchema, erasedSchema, eraseRequestSchema, eraseRequestsSchema, type DataFound
} from '#shared/privacy/data-request.ts'
import { parseTrackingNumber } from '#shared/tracking-number.ts'
import { recordAudit } from '../../audit/record-audit.ts'
import { may } from '../../http/access.ts'
import { defineRoute, noBody, type Route } from '../../http/define-route.ts'
import type { Module } from '../../module.ts'
import type { Tx } from '../../postgres/transaction.ts'
import { breachRoutes } from './breaches/breach-routes.ts'
import { consentRoutes } from './consent-routes.ts'
import { contactListRoutes } from './contact-lists/contact-list-routes.ts'
import { erasePerson } from './erase-person.ts'
import type { PrivacyNeeds } from './needs.ts'
import { startRetention, type RetentionNeeds } from './retention-loop.ts'
import { retentionRoutes } from './retention-routes.ts'

const access = may('privacy.manage')
const tag = 'privacy'

/** What a person may ask of the office: to see, take along and erase what is kept of him. */
export function createPrivacyModule(needs: RetentionNeeds): Module {
  const routes = [waitingRoute(needs), settleRoute(needs), searchRoute(needs), copyRoute(needs), eraseRoute(needs), ...retentionRoutes(needs), ...consentRoutes(needs), ...contactListRoutes(needs), ...breachRoutes(needs)]
  return { name: 'privacy', routes, start: { scheduler: () => startRetention(needs) } }
}

function waitingRoute(needs: PrivacyNeeds): Route {
  return defineRoute({
    method: 'get', path: '/api/v1/privacy/requests', summary: 'Citizens who asked on the portal to be erased or corrected, the longest waiting first', tag, access,
    reply: { 200: eraseRequestsSchema },
    async handle({ context: { actor } }) {
      const who = { tenantId: actor.tenantId, actorId: actor.userId }
      const read = async (tx: Tx) => ({ requests: await needs.reports.waiting(tx), corrections: await needs.reports.waitingCorrections(tx) })
      return { status: 200, body: await needs.database.withTenant(who, read, { readOnly: true }) }
    }
  })
}

function settleRoute(needs: PrivacyNeeds): Route {
  return defineRoute({
    method: 'post', path: '/api/v1/privacy/corrections/:id/settle', summary: 'Says that what a citizen asked to have corrected is done', tag, access,
    params: z.object({ id: uuidSchema }), reply: { 204: noBody },
    async handle({ params, context: { actor, requestId } }) {
      await needs.database.withTenant({ tenantId: actor.tenantId, actorId: actor.userId }, async (tx) => {
        const grievanceId = await needs.reports.settleCorrection(tx, params.id)
        if (grievanceId === null) throw new AppError('not_found', 'No such request waits.')
        await recordAudit(tx, needs, { action: 'privacy.corrected', actor, requestId, subject: { type: 'grievance', id: grievanceId } })
      })
      return { status: 204, body: undefined }
    }
  })
}

function searchRoute(needs: PrivacyNeeds): Route {
  return defineRoute({
    method: 'post', path: '/api/v1/privacy/search', summary: 'People and reports that belong to a phone number or a report number', tag, access,
    limit: { name: 'privacy-search', points: 60, seconds: 60, by: 'actor' },
    body: dataSearchSchema, reply: { 200: dataFoundSchema },
    async handle({ body, context: { actor, tenant } }) {
      const found = await needs.database.withTenant(
        { tenantId: actor.tenantId, actorId: actor.userId },
        async (tx): Promise<DataFound> => {
          if (body.number !== undefined) {
            const number = parseTrackingNumber(body.number)
            if (!number.ok) return { people: [], reports: [] }
            return { people: [], reports: await needs.reports.find(tx, { number: number.trackingNumber }) }
          }
          const phone = normalizePhone(body.phone ?? '', tenant.countryCode)
          if (phone === null) throw new AppError('unprocessable', 'This is not a phone number.', [{ path: 'phone', message: 'This is not a phone number.' }])
          const by = { phoneHashes: tx.sealed.phoneHashes(phone) }
          return { people: await needs.people.find(tx, by), reports: await needs.reports.find(tx, by) }
        },
        { readOnly: true }
      )
      return { status: 200, body: found }
    }
  })
}

function copyRoute(needs: PrivacyNeeds): Route {
  return defineRoute({
    method: 'post', path: '/api/v1/privacy/copy', summary: 'Everything kept of the chosen records, for the person to take along', tag, access,
    limit: { name: 'privacy-copy', points: 30, seconds: 60, by: 'actor' },
    body: dataSubjectSchema, reply: { 200: dataCopySchema },
    async handle({ body, context: { actor, clock } }) {
      const tables = await needs.database.withTenant(
        { tenantId: actor.tenantId, actorId: actor.userId },
        async (tx) => {
          const reportIds = [...new Set([...body.grievanceIds, ...(await needs.reports.reportsOf(tx, body.personIds))])]
          return { ...(await needs.people.copy(tx, body.personIds)), ...(await needs.reports.copy(tx, reportIds)) }
        },
        { readOnly: true }
      )
      return { status: 200, body: { madeAt: new Date(clock.now()).toISOString(), tables } }
    }
  })
}

function eraseRoute(needs: PrivacyNeeds): Route {
  return defineRoute({
    method: 'post', path: '/api/v1/privacy/erase', summary: 'Erase a person from the chosen records; what is counted stays', tag, access,
    limit: { name: 'privacy-erase', points: 30, seconds: 60, by: 'actor' },
    body: eraseRequestSchema, reply: { 200: erasedSchema },
    async handle({ body, context: { actor, requestId } }) {
      return { status: 200, body: await erasePerson(needs, { actor, requestId }, body.subject) }
    }
  })
}
