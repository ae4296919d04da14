import { z } from 'zod'
import { businessCalendarSchema } from '../calendar/business-calendar.ts'
import { uuidSchema } from '../ids.ts'

/** What anyone at the office's address may know of it: the login screen and the portal show this. */
export const tenantInfoSchema = z.object({
  tenantId: uuidSchema,
  slug: z.string(),
  name: z.string(),
  /** IANA name; due dates and days are told in it. */
  timeZone: z.string(),
  /** First part of its tracking numbers. */
  trackingPrefix: z.string(),
  /** The first is the default. */
  languages: z.array(z.string()).min(1),
  /** Digits that stand before a national phone number, without `+`. */
  countryCode: z.string(),
  /** Working time: due dates are counted in it, on the phone as on the server. */
  calendar: businessCalendarSchema,
  /** Hours in which a reporter may reopen what was answered (server clock). */
  reopenHours: z.number().int(),
  /** The demo office says so on every screen. */
  demo: z.boolean(),
  /** `#rrggbb` that white text stands on; null or missing: the product's own look. */
  brandColor: z.string().nullable().optional(),
  /** Changes with the logo, which is at `/brand/logo?v=...`; null or missing: none. */
  logoVersion: z.string().nullable().optional()
})
export type TenantInfo = z.infer<typeof tenantInfoSchema>
