import { setTimeout as wait } from 'node:timers/promises'
import type { RejectionCode } from '#shared/errors.ts'
import { fileGrievance, type FileGrievanceArgs } from '#shared/grievances/file-grievance.ts'
import type { Actor } from '#shared/identity/actor.ts'
import type { Locale } from '#shared/i18n/language.ts'
import type { Verdict } from '#shared/protocol/push.ts'
import { networkOf } from '../../../http/network.ts'
import type { RequestContext } from '../../../http/request-context.ts'
import type { PortalNeeds } from '../pages/needs.ts'
import { markFiled } from './report-draft-store.ts'
import type { ReportAnswers, ReportDraft } from './report-draft.ts'

const perNetwork = { name: 'portal-file-network', points: 20, seconds: 3_600 }
const perTenant = { name: 'portal-file-tenant', points: 600, seconds: 3_600 }

export type Filing =
  | { readonly outcome: 'filed'; readonly number: string; readonly verdict: Verdict }
  | { readonly outcome: 'refused'; readonly code: RejectionCode; readonly verdict: Verdict }
  | { readonly outcome: 'later'; readonly seconds: number }

export interface ReportToFile {
  readonly commandId: string
  /** Clock of whoever made the report, ms. */
  readonly at: number
  readonly args: FileGrievanceArgs
}

/**
 * Files a report through the one door of all changes, as a citizen. The same command id files once, however often it is
 * sent. New reports are limited per network and per office; one that was taken before is answered without counting.
 */
export async function fileReport(needs: PortalNeeds, context: RequestContext, report: ReportToFile): Promise<Filing> {
  const known = await numberOfReport(needs, context, report.args.grievanceId)
  const refusal = known === null ? await countFiling(needs, context) : null
  if (refusal !== null) return { outcome: 'later', seconds: refusal }
  const args = { ...report.args, wardId: await needs.lists.wardOf(context.tenant.tenantId, report.args) }
  const verdict = await execute(needs, context, { ...report, args })
  const decided = verdict.verdict === 'duplicate' ? verdict.first : verdict.verdict
  if (decided === 'rejected') return { outcome: 'refused', code: verdict.code ?? 'invalid_args', verdict }
  const number = decided === 'retry' ? null : await numberOfReport(needs, context, report.args.grievanceId)
  if (number === null) return { outcome: 'later', seconds: Math.ceil((verdict.afterMs ?? 1_000) / 1_000) }
  await needs.database.withTenant({ tenantId: context.tenant.tenantId }, (tx) =>
    markFiled(tx, report.commandId, needs.clock.now())
  )
  return { outcome: 'filed', number, verdict }
}

/** A draft's answers as the arguments of the command. All questions must be answered. */
export function argsOfDraft(draft: ReportDraft, language: Locale): FileGrievanceArgs {
  const { answers } = draft
  return {
    grievanceId: draft.grievanceId,
    number: draft.number,
    categoryId: answers.categoryId ?? '',
    description: answers.description ?? '',
    latitude: answers.latitude ?? null,
    longitude: answers.longitude ?? null,
    accuracyMetres: answers.accuracyMetres ?? null,
    landmark: answers.landmark || null,
    wardId: answers.wardId ?? null,
    personId: null,
    householdId: null,
    source: 'portal',
    visibility: 'public',
    photos: draft.photos.map(({ id, sha256, size }) => ({ id, sha256, size })),
    reporter: reporterOf(answers, { id: draft.contactId, language })
  }
}

function reporterOf(answers: ReportAnswers, given: { id: string; language: Locale }): FileGrievanceArgs['reporter'] {
  const contact = { name: answers.name || null, phone: answers.phone || null, email: answers.email || null }
  return contact.name === null && contact.phone === null && contact.email === null ? null : { ...given, ...contact }
}

async function execute(needs: PortalNeeds, context: RequestContext, report: ReportToFile): Promise<Verdict> {
  const command = {
    id: report.commandId,
    v: fileGrievance.version,
    seq: 0,
    name: fileGrievance.name,
    args: report.args,
    at: report.at,
    actor: null,
    device: null
  }
  const actor: Actor = {
    tenantId: context.tenant.tenantId,
    role: 'citizen',
    userId: null,
    deviceId: null,
    name: 'Citizen',
    departmentId: null,
    wardIds: []
  }
  for (let left = 3; ; left -= 1) {
    const { verdicts } = await needs.executor.execute({ actor, commands: [command], requestId: context.requestId })
    const verdict = verdicts[0]
    if (!verdict) throw new Error('The executor gave no verdict.')
    if (verdict.verdict !== 'retry' || left === 0) return verdict
    await wait(Math.min(verdict.afterMs ?? 250, 500))
  }
}

async function numberOfReport(
  needs: PortalNeeds,
  context: RequestContext,
  grievanceId: string
): Promise<string | null> {
  const { rows } = await needs.database.withTenant({ tenantId: context.tenant.tenantId }, (tx) =>
    tx.query<{ number: string }>('select number from grievance where tenant_id = $1 and id = $2', [
      tx.tenantId,
      grievanceId
    ])
  )
  return rows[0]?.number ?? null
}

/** Seconds to wait when the network or the office has sent too much within the hour; null when it may go on. */
async function countFiling(needs: PortalNeeds, context: RequestContext): Promise<number | null> {
  const { tenantId } = context.tenant
  const network = await needs.limiter.consume(perNetwork, `${tenantId}:${networkOf(context.ip)}`)
  const office = network.allowed ? await needs.limiter.consume(perTenant, tenantId) : network
  return office.allowed ? null : Math.max(1, Math.ceil(office.resetMs / 1000))
}
