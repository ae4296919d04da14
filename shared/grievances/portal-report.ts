import { z } from 'zod'
import { rejectionCodeSchema } from '../errors.ts'
import { commandSchema } from '../protocol/command.ts'
import { grievanceStates } from './grievance-state.ts'

/** A report that a citizen's device saved while there was no network: one command, sent as often as it takes. */
export const portalReportSchema = z.object({
  command: commandSchema,
  /** Stays empty: machines fill it. */
  website: z.string().max(2_000)
})
export type PortalReport = z.infer<typeof portalReportSchema>

export const portalReceiptSchema = z.object({
  /** `rejected`: the office will not take it as it is; `code` says why. */
  verdict: z.enum(['applied', 'rejected']),
  code: rejectionCodeSchema.optional(),
  fields: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  /** The number that stands; another one than the device made only if that was taken. */
  number: z.string().nullable(),
  /** One per photo of the report: upload it by tus 1.0.0 to `endpoint` before `expiresAt` (ms, server clock). */
  uploads: z.array(z.object({ photoId: z.uuid(), token: z.string(), expiresAt: z.number(), endpoint: z.string() }))
})
export type PortalReceipt = z.infer<typeof portalReceiptSchema>

/** `digits`: the last four of the reporter's phone, empty where none was given. */
export const trackRequestSchema = z.object({ number: z.string().max(60), digits: z.string().max(40) })

const instant = z.iso.datetime()

export const trackReplySchema = z.object({
  number: z.string(),
  state: z.enum(grievanceStates),
  filedAt: instant,
  expectedAt: instant.nullable(),
  resolvedAt: instant.nullable(),
  closedAt: instant.nullable(),
  /** Only for whoever gave the right digits. */
  details: z
    .object({
      description: z.string(),
      resolution: z.string().nullable(),
      timeline: z.array(
        z.object({
          event: z.string(),
          toState: z.enum(grievanceStates).nullable(),
          text: z.string().nullable(),
          at: instant
        })
      )
    })
    .nullable()
})
export type TrackReply = z.infer<typeof trackReplySchema>
