import { z } from 'zod'
import { uuidSchema } from '../ids.ts'

/** Stands where the words of an erased person stood. */
export const erasedText = '[…]'

/** Whose data is looked for: by phone number in any spelling, or by the number of a report. In a body, never in an address. */
export const dataSearchSchema = z
  .object({ phone: z.string().max(40).optional(), number: z.string().max(60).optional() })
  .strict()
  .refine(({ phone, number }) => (phone === undefined) !== (number === undefined), 'Say a phone or a number.')

export const foundPersonSchema = z.object({
  id: z.uuid(),
  name: z.string(),
  phone: z.string().nullable(),
  email: z.string().nullable()
})
export const foundReportSchema = z.object({
  id: z.uuid(),
  number: z.string(),
  state: z.string(),
  filedAt: z.string(),
  name: z.string().nullable(),
  phone: z.string().nullable(),
  email: z.string().nullable()
})
export const dataFoundSchema = z.object({ people: z.array(foundPersonSchema), reports: z.array(foundReportSchema) })
export type DataFound = z.infer<typeof dataFoundSchema>

/** A citizen's own words about what is wrong, for the office to set right in the record. */
export const correctionRequestSchema = z.object({ id: z.uuid(), grievanceId: z.uuid(), number: z.string(), askedAt: z.string(), text: z.string() })
export type CorrectionRequest = z.infer<typeof correctionRequestSchema>

/** Citizens who asked on the portal, the longest waiting first: to be erased, and to have something corrected. */
export const eraseRequestsSchema = z.object({
  corrections: z.array(correctionRequestSchema),
  requests: z.array(z.object({ id: z.uuid(), grievanceId: z.uuid(), number: z.string(), askedAt: z.string() }))
})
export type EraseRequests = z.infer<typeof eraseRequestsSchema>

/** The records of one person, chosen by somebody who has looked at them. */
export const dataSubjectSchema = z
  .object({ personIds: z.array(uuidSchema).max(20), grievanceIds: z.array(uuidSchema).max(100) })
  .strict()
  .refine(({ personIds, grievanceIds }) => personIds.length + grievanceIds.length > 0, 'Choose at least one record.')
export type DataSubject = z.infer<typeof dataSubjectSchema>

export const eraseRequestSchema = z.object({ subject: dataSubjectSchema }).strict()

export const erasedSchema = z.object({
  people: z.number().int(),
  reports: z.number().int(),
  contacts: z.number().int(),
  photos: z.number().int(),
  /** Refused and waiting commands and drafts that named the person. */
  traces: z.number().int()
})
export type Erased = z.infer<typeof erasedSchema>

/** Everything kept of the chosen records, as the person gets it: tables by name, rows as they stand, contacts opened. */
export const dataCopySchema = z.object({ madeAt: z.string(), tables: z.record(z.string(), z.array(z.record(z.string(), z.unknown()))) })
export type DataCopy = z.infer<typeof dataCopySchema>
