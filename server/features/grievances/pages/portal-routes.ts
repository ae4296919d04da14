import { AppError, validationError } from '#shared/errors.ts'
import { fileGrievance, fileGrievanceArgs, type FileGrievanceArgs } from '#shared/grievances/file-grievance.ts'
import {
  portalReceiptSchema,
  portalReportSchema,
  trackReplySchema,
  trackRequestSchema,
  type PortalReceipt,
  type TrackReply
} from '#shared/grievances/portal-report.ts'
import type { Command } from '#shared/protocol/command.ts'
import { parseTrackingNumber } from '#shared/tracking-number.ts'
import { anyone } from '../../../http/access.ts'
import { defineRoute, type Route } from '../../../http/define-route.ts'
import { namedFields } from '../../../http/problems.ts'
import { TooManyRequests } from '../../../http/rate-limit.ts'
import type { RequestContext } from '../../../http/request-context.ts'
import { findDraftOfCommand } from '../report/report-draft-store.ts'
import { fileReport } from '../report/report-filing.ts'
import { keepPhotosOf } from '../report/report-photo-keeping.ts'
import { lookUp } from '../track/track-lookup.ts'
import { digitsOf, type TrackParts } from '../track/track-pages.ts'
import { readTracked, type TrackedGrievance, type TrackLevel } from '../track/track-store.ts'
import type { PortalNeeds } from './needs.ts'

const maxPhotos = 5

/** What the portal's script asks for: to send what was saved without a network, and to follow a report. */
export function portalRoutes(parts: TrackParts): Route[] {
  return [sendRoute(parts.needs), trackRoute(parts)]
}

function sendRoute(needs: PortalNeeds): Route {
  return defineRoute({
    method: 'post',
    path: '/api/v1/portal/grievances',
    summary: "Send a citizen's report that a device saved",
    tag: 'portal',
    access: anyone,
    limit: { name: 'portal-send', points: 120, seconds: 3_600, by: 'network' },
    body: portalReportSchema,
    reply: { 200: portalReceiptSchema },
    async handle({ body, context }) {
      if (body.website !== '')
        throw new AppError('unprocessable', 'A field that must stay empty was filled.', [
          { path: 'website', message: 'Must be empty' }
        ])
      const given = citizenArgs(body.command, context)
      const args = await withDraftPhotos(needs, context, { commandId: body.command.id, args: given })
      const filing = await fileReport(needs, context, { commandId: body.command.id, at: body.command.at, args })
      if (filing.outcome === 'later') throw new TooManyRequests(filing.seconds)
      if (filing.outcome === 'refused') return { status: 200, body: refusal(filing) }
      await keepPhotosOf(needs, { tenantId: context.tenant.tenantId, commandId: body.command.id })
      const uploads = await uploadsOf(needs, context, given)
      const receipt: PortalReceipt = { verdict: 'applied', number: filing.number, uploads }
      return { status: 200, body: receipt }
    }
  })
}

const refusal = ({
  code,
  verdict
}: {
  code: PortalReceipt['code']
  verdict: { fields?: PortalReceipt['fields'] }
}): PortalReceipt => ({
  verdict: 'rejected',
  code,
  fields: verdict.fields,
  number: null,
  uploads: []
})

/** The command as a citizen may give it: nobody's person or household, from the portal, a number of this office. */
function citizenArgs(command: Command, { tenant }: RequestContext): FileGrievanceArgs {
  if (command.name !== fileGrievance.name)
    throw namedFields([{ path: 'command.name', message: `Only ${fileGrievance.name}` }])
  const parsed = fileGrievanceArgs.safeParse(command.args)
  if (!parsed.success) throw validationError(parsed.error)
  if (!parsed.data.number.startsWith(`${tenant.trackingPrefix}-`))
    throw namedFields([{ path: 'number', message: 'Not a number of this office' }])
  return { ...parsed.data, personId: null, householdId: null, source: 'portal', visibility: 'public' }
}

/** Photos that the same report had uploaded page by page before the line broke come along. */
async function withDraftPhotos(
  needs: PortalNeeds,
  { tenant }: RequestContext,
  { commandId, args }: { commandId: string; args: FileGrievanceArgs }
): Promise<FileGrievanceArgs> {
  const draft = await needs.database.withTenant({ tenantId: tenant.tenantId }, (tx) =>
    findDraftOfCommand(tx, commandId)
  )
  const more = (draft?.photos ?? []).filter(({ id }) => !args.photos.some((photo) => photo.id === id))
  return { ...args, photos: [...args.photos, ...more].slice(0, maxPhotos) }
}

async function uploadsOf(
  needs: PortalNeeds,
  { tenant, basePath }: RequestContext,
  { photos }: FileGrievanceArgs
): Promise<PortalReceipt['uploads']> {
  const { tenantId } = tenant
  const uploads = photos.map(async ({ id: photoId, sha256, size }) => {
    const permit = await needs.issueUploadToken({ tenantId, photoId, sha256, size })
    return { photoId, ...permit, endpoint: `${basePath}${needs.uploadPath}` }
  })
  return Promise.all(uploads)
}

function trackRoute(parts: TrackParts): Route {
  return defineRoute({
    method: 'post',
    path: '/api/v1/portal/track',
    summary: 'How a report stands, by its number and the last digits of the phone',
    tag: 'portal',
    access: anyone,
    limit: { name: 'portal-track', points: 120, seconds: 60, by: 'network' },
    body: trackRequestSchema,
    reply: { 200: trackReplySchema },
    async handle({ body, context }) {
      const number = parseTrackingNumber(body.number)
      if (!number.ok) throw namedFields([{ path: 'number', message: number.problem }])
      const answer = await lookUp(parts, context, { number: number.trackingNumber, digits: digitsOf(body.digits) })
      if (answer.outcome === 'wait') throw new TooManyRequests(answer.seconds)
      const found = answer.outcome === 'open' ? await read(parts.needs, context, answer.grievanceId) : null
      if (answer.outcome !== 'open' || found === null) throw new AppError('not_found', 'No report opens with these.')
      return { status: 200, body: trackReply(found, answer.level) }
    }
  })
}

function read(needs: PortalNeeds, { tenant }: RequestContext, grievanceId: string): Promise<TrackedGrievance | null> {
  return needs.database.withTenant({ tenantId: tenant.tenantId }, (tx) => readTracked(tx, grievanceId), {
    readOnly: true
  })
}

function trackReply(found: TrackedGrievance, level: TrackLevel): TrackReply {
  const { number, state, filedAt, resolvedAt, closedAt, description, resolution } = found
  const expectedAt = found.pausedAt === null ? (found.scheduledFor ?? found.dueAt) : null
  const details = level === 'full' ? { description, resolution, timeline: found.timeline.map(({ photos: _photos, ...entry }) => entry) } : null
  return { number, state, filedAt, expectedAt, resolvedAt, closedAt, details }
}
