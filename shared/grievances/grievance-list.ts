import { z } from 'zod'
import { uuidSchema } from '../ids.ts'
import { listOf } from '../list-page.ts'
import {
  grievanceEventSchema,
  grievancePriorities,
  grievanceSchema,
  grievanceSources,
  reporterContactSchema
} from './grievance.ts'
import { grievanceStates } from './grievance-state.ts'

export const grievanceSortKeys = ['filedAt', 'dueAt', 'number', 'state'] as const
export type GrievanceSortKey = (typeof grievanceSortKeys)[number]

/** A row of a list: nothing of the reporter's contact, and of the photos only how many. */
export const grievanceRowSchema = grievanceSchema
  .pick({
    id: true,
    number: true,
    state: true,
    categoryId: true,
    departmentId: true,
    assigneeId: true,
    priority: true,
    description: true,
    landmark: true,
    wardId: true,
    source: true,
    filedAt: true,
    dueAt: true,
    pausedAt: true,
    resolvedAt: true,
    reopenedCount: true,
    escalationLevel: true
  })
  .extend({ rev: z.int(), photoCount: z.int() })
export type GrievanceRow = z.infer<typeof grievanceRowSchema>

const flag = z.enum(['true', 'false']).transform((text) => text === 'true')
const wardOrNone = z.union([z.literal('none'), uuidSchema])

/** What a list may be narrowed by. Times are compared with the server's clock. */
export const grievanceFilterSchema = z.strictObject({
  state: listOf(z.enum(grievanceStates)).optional(),
  open: flag.optional(),
  categoryId: listOf(uuidSchema).optional(),
  departmentId: listOf(z.union([z.literal('none'), uuidSchema])).optional(),
  assigneeId: listOf(z.union([z.literal('none'), z.literal('me'), uuidSchema])).optional(),
  wardId: listOf(wardOrNone).optional(),
  priority: listOf(z.enum(grievancePriorities)).optional(),
  source: listOf(z.enum(grievanceSources)).optional(),
  overdue: flag.optional(),
  dueBefore: z.iso.datetime().optional(),
  filedFrom: z.iso.datetime().optional(),
  filedTo: z.iso.datetime().optional(),
  /** A number or its beginning, or words of the description and the landmark; words of under three letters only narrow. */
  q: z.string().trim().min(3).max(120).optional()
})
export type GrievanceFilter = z.output<typeof grievanceFilterSchema>

export const grievanceListQuerySchema = grievanceFilterSchema.extend({
  sort: z.enum(grievanceSortKeys).default('filedAt'),
  order: z.enum(['asc', 'desc']).default('desc'),
  limit: z.coerce.number().int().min(1).max(100).default(50),
  /** `next` of the page before. */
  cursor: z.string().max(400).optional()
})
export type GrievanceListQuery = z.output<typeof grievanceListQuerySchema>

/** `exact` false: more than 10,000, and `count` is the planner's estimate; or a search met more than it keeps, and there are at least `count`. */
export const totalSchema = z.object({ count: z.int(), exact: z.boolean() })

export const grievanceListSchema = z.object({
  rows: z.array(grievanceRowSchema),
  /** Null on the last page. */
  next: z.string().nullable(),
  /** Only with the first page. */
  total: totalSchema.nullable()
})
export type GrievanceList = z.infer<typeof grievanceListSchema>

/** Counts stop at `most`: a higher one is shown as "more than". */
export const grievanceCountsSchema = z.object({
  most: z.int(),
  views: z.object({
    mine: z.int(),
    new: z.int(),
    unassigned: z.int(),
    overdue: z.int(),
    open: z.int(),
    closed: z.int()
  }),
  departments: z.array(z.object({ id: uuidSchema, open: z.int() }))
})
export type GrievanceCounts = z.infer<typeof grievanceCountsSchema>

/** Open and overdue grievances of each ward that has any; `wardId` null: those without a place. */
export const wardCountsSchema = z.object({
  wards: z.array(z.object({ wardId: uuidSchema.nullable(), open: z.int(), overdue: z.int() }))
})
export type WardCounts = z.infer<typeof wardCountsSchema>

/** An entry of the timeline with the receipt of the command behind it. */
export const timelineRowSchema = grievanceEventSchema.extend({
  receipt: z
    .object({ commandId: uuidSchema, hash: z.string(), receivedAt: z.iso.datetime(), verdict: z.string() })
    .nullable()
})
export type TimelineRow = z.infer<typeof timelineRowSchema>

/** One grievance with all that its page shows. `contact` null: none was left, or the reader may not see it. */
export const grievanceDetailSchema = z.object({
  grievance: grievanceSchema.extend({ rev: z.int() }),
  timeline: z.array(timelineRowSchema),
  contact: reporterContactSchema.extend({ rev: z.int() }).nullable(),
  contactShown: z.boolean(),
  /** Number of the grievance that this one repeats. */
  duplicateOfNumber: z.string().nullable()
})
export type GrievanceDetail = z.infer<typeof grievanceDetailSchema>
