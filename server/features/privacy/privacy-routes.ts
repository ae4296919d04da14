import { AppError } from '#shared/errors.ts'
import { normalizePhone } from '#shared/people/phone.ts'
import {
  dataCopySchema, dataFoundSchema, dataSearchSchema, dataSubjectSchema, erasedSchema, eraseRequestSchema, eraseRequestsSchema, type DataFound
} from '#shared/privacy/data-request.ts'
import { parseTrackingNumber } from '#shared/tracking-number.ts'
import { may } from '../../http/access.ts'
import { defineRoute, type Route } from '../../http/define-route.ts'
import type { Module } from '../../module.ts'
import { erasePerson } from './erase-person.ts'
import type { PrivacyNeeds } from './needs.ts'

const access = may('privacy.manage')
const tag = 'privacy'

/** What a person may ask of the office: to see, take along and erase what is kept of him. */
export function createPrivacyModule(needs: PrivacyNeeds): Module {
  return { name: 'privacy', routes: [waitingRoute(needs), searchRoute(needs), copyRoute(needs), eraseRoute(needs)] }
}

function waitingRoute(needs: PrivacyNeeds): Route {
  return defineRoute({
    method: 'get', path: '/api/v1/privacy/requests', summary: 'Citizens who asked on the portal to be erased, the longest waiting first', tag, access,
    reply: { 200: eraseRequestsSchema },
    async handle({ context: { actor } }) {
      const who = { tenantId: actor.tenantId, actorId: actor.userId }
      return { status: 200, body: { requests: await needs.database.withTenant(who, (tx) => needs.reports.waiting(tx), { readOnly: true }) } }
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
