import { z } from 'zod'
import { businessCalendarSchema, minutesOfDay, weekdays, type BusinessCalendar } from '../calendar/business-calendar.ts'
import { isTimeZone } from '../calendar/time-zone.ts'
import { localeSchema } from '../i18n/language.ts'
import { brandColorSchema } from './brand-color.ts'

/** What a new office does first, in this order; each can be left and taken up again. */
export const setupSteps = ['office', 'calendar', 'wards', 'categories', 'people'] as const
export const setupStepSchema = z.enum(setupSteps)
export type SetupStep = z.infer<typeof setupStepSchema>

/** A day as 2026-08-15. */
export const isoDateSchema = z.iso.date()

/** Body of `PATCH /api/v1/tenant`: what is left out stays. */
export const tenantChangeSchema = z
  .strictObject({
    name: z.string().trim().min(1).max(120),
    languages: z.array(localeSchema).min(1).refine((list) => new Set(list).size === list.length, 'Each language once'),
    timeZone: z.string().refine(isTimeZone, 'Must be an IANA time zone'),
    reopenHours: z.int().min(0).max(8760),
    week: businessCalendarSchema.shape.week.refine((week) => weekdays.some((day) => week[day].length > 0), 'There must be some working time'),
    holidays: businessCalendarSchema.shape.holidays,
    brandColor: brandColorSchema.nullable()
  })
  .partial()
export type TenantChange = z.infer<typeof tenantChangeSchema>

/** Where the office stands with its set-up. */
export const setupSchema = z.object({
  name: z.string(),
  slug: z.string(),
  languages: z.array(z.string()),
  timeZone: z.string(),
  reopenHours: z.int(),
  calendar: businessCalendarSchema,
  /** Host names that lead straight here; the operator adds them. */
  hosts: z.array(z.string()),
  brandColor: z.string().nullable(),
  logoVersion: z.string().nullable(),
  /** Steps that somebody said are done. */
  done: z.array(setupStepSchema),
  counts: z.object({ wards: z.int(), categories: z.int(), people: z.int() })
})
export type Setup = z.infer<typeof setupSchema>

/** Working minutes of the office's longest ordinary day, for promises in days. */
export function minutesPerDay(calendar: Pick<BusinessCalendar, 'week'>): number {
  const lengths = weekdays.map((day) => calendar.week[day].reduce((sum, { from, to }) => sum + minutesOfDay(to) - minutesOfDay(from), 0))
  return Math.max(...lengths)
}

/** Body of `POST /api/v1/tenant/logo`: a picture in base64 (JPEG, PNG, WebP, AVIF), or null to take it away. */
export const logoBodySchema = z.strictObject({ image: z.base64().max(2_000_000).nullable() })
