import { auditFilterSchema, auditPageSchema, auditQuerySchema, type AuditEntryRow } from '#shared/audit/audit-entry.ts'
import { csvLine } from '#shared/exports/csv-text.ts'
import { recordAudit } from '../../audit/record-audit.ts'
import { may } from '../../http/access.ts'
import { defineRawRoute, defineRoute, type Route } from '../../http/define-route.ts'
import type { Platform } from '../../platform.ts'
import { listActions, listAudit } from './audit-store.ts'

export type AuditNeeds = Pick<Platform, 'database' | 'clock' | 'newId'>

/** Who did what: page by page, and as a file. */
export function auditRoutes(needs: AuditNeeds): Route[] {
  return [listRoute(needs), exportRoute(needs)]
}

function listRoute({ database }: AuditNeeds): Route {
  return defineRoute({
    method: 'get', path: '/api/v1/audit', summary: 'Who did what, the newest first.', tag: 'audit',
    access: may('audit.read'), query: auditQuerySchema, reply: { 200: auditPageSchema },
    async handle({ query, context: { actor, tenant } }) {
      const who = { tenantId: actor.tenantId, actorId: actor.userId }
      const read = { ...query, limit: query.limit + 1, timeZone: tenant.timeZone }
      const [rows, actions] = await database.withTenant(who, (tx) => Promise.all([listAudit(tx, read), listActions(tx)]), { readOnly: true })
      const entries = rows.slice(0, query.limit)
      const next = rows.length > entries.length ? (entries.at(-1)?.id ?? null) : null
      return { status: 200, body: { entries, next, actions } }
    }
  })
}

/** Rows of one query, and of the whole file: a filter finds the rest. */
const chunkRows = 1_000
const fileRows = 100_000

const header = ['at', 'claimed_at', 'actor_id', 'actor_name', 'actor_role', 'action', 'subject_type', 'subject_id', 'before', 'after', 'device_id', 'request_id', 'command_id', 'id']

function exportRoute(needs: AuditNeeds): Route {
  return defineRawRoute({
    method: 'get', path: '/api/v1/audit/export', summary: 'Who did what, as CSV, the newest first; at most 100,000 rows. The export itself is written down.', tag: 'audit',
    access: may('audit.read'), query: auditFilterSchema, contentType: 'text/csv', limit: { name: 'audit-export', points: 20, seconds: 3600, by: 'actor' },
    async handle(...[, response, { actor, tenant, requestId }, { query }]) {
      const who = { tenantId: actor.tenantId, actorId: actor.userId }
      await needs.database.withTenant(who, (tx) => recordAudit(tx, needs, { action: 'audit.export', actor, requestId, after: query }))
      response.setHeader('Content-Type', 'text/csv; charset=utf-8')
      response.setHeader('Content-Disposition', 'attachment; filename="audit.csv"')
      response.setHeader('Cache-Control', 'no-store')
      response.write(`\uFEFF${csvLine(header)}`)
      let before: string | undefined
      for (let sent = 0; sent < fileRows && !response.destroyed; sent += chunkRows) {
        const rows = await needs.database.withTenant(who, (tx) => listAudit(tx, { ...query, before, limit: chunkRows, timeZone: tenant.timeZone }), { readOnly: true })
        const text = rows.map(lineOf).join('')
        if (!response.write(text) && !response.destroyed) await drained(response)
        before = rows.at(-1)?.id
        if (rows.length < chunkRows) break
      }
      response.end()
    }
  })
}

function lineOf(row: AuditEntryRow): string {
  const { before, after } = row
  const json = (value: object | null) => (value === null ? null : JSON.stringify(value))
  return csvLine([
    row.at, row.claimedAt, row.actorId, row.actorName, row.actorRole, row.action, row.subjectType, row.subjectId,
    json(before), json(after), row.deviceId, row.requestId, row.commandId, row.id
  ])
}

/** Until the caller has taken what was written, or is gone. */
function drained(response: { once(event: string, listener: () => void): unknown }): Promise<void> {
  return new Promise((resolve) => {
    response.once('drain', resolve)
    response.once('close', resolve)
  })
}
