import type { PageReply, PageRequest } from '../../../portal/page-route.ts'
import type { PortalNeeds } from '../pages/needs.ts'
import { draftIdOf } from './report-draft-cookie.ts'
import { findDraft } from './report-draft-store.ts'
import { mayOpen, nextStep, type ReportDraft, type ReportStep } from './report-draft.ts'

/** The draft of the request's cookie in this office; null when there is none. */
export async function draftOf(needs: PortalNeeds, { context }: PageRequest): Promise<ReportDraft | null> {
  const id = draftIdOf(context)
  if (id === null) return null
  return needs.database.withTenant({ tenantId: context.tenant.tenantId }, (tx) => findDraft(tx, id, needs.clock.now()))
}

/**
 * Opens a step of the report: `work` runs with its draft. Without a draft the way leads to the start, from a report that
 * was sent to its confirmation, past an unanswered question back to it.
 */
export async function withDraft(
  needs: PortalNeeds,
  request: PageRequest,
  { step, work }: { step: ReportStep; work(draft: ReportDraft): Promise<PageReply> }
): Promise<PageReply> {
  const draft = await draftOf(needs, request)
  if (draft === null) return { kind: 'redirect', to: '/report/start?lost=1' }
  if (draft.filedAt !== null) return { kind: 'redirect', to: '/report/sent' }
  if (!mayOpen(step, draft.answers)) return { kind: 'redirect', to: `/report/${nextStep(draft.answers)}` }
  return work(draft)
}
