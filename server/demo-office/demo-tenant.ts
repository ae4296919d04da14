import { defaultCalendar } from '#shared/calendar/business-calendar.ts'
import type { TenantRules } from '#shared/protocol/define-command.ts'

/** The demo city exists nowhere; the coordinates lie in open country. */
export const demoTenant = {
  slug: 'demo',
  name: 'Shantipur Municipal Office',
  timeZone: 'Asia/Kolkata',
  trackingPrefix: 'SHP',
  languages: ['en', 'hi'],
  countryCode: '91',
  calendar: defaultCalendar,
  hosts: ['localhost', '127.0.0.1']
} as const

/** Also the database's default of `tenant.reopen_hours`. */
const reopenHours = 72

export const demoRules: TenantRules = {
  timeZone: demoTenant.timeZone,
  trackingPrefix: demoTenant.trackingPrefix,
  calendar: demoTenant.calendar,
  reopenHours
}
