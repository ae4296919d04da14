import { businessCalendarSchema, type BusinessCalendar } from '#shared/calendar/business-calendar.ts'
import { AppError } from '#shared/errors.ts'
import { refuseConstraints } from '../../postgres/refuse-constraints.ts'

/** What is needed of a connection: the owner's, since the application may not make tenants. */
export interface OwnerConnection {
  query(text: string, values?: unknown[]): Promise<unknown>
}

export interface NewTenant {
  tenantId: string
  /** Part of addresses: lower case letters, digits, hyphens. */
  slug: string
  name: string
  /** IANA name. */
  timeZone: string
  /** Two to four capital letters, no other office's. */
  trackingPrefix: string
  languages: readonly string[]
  countryCode: string
  calendar: BusinessCalendar
  /** Host names that lead straight to this office. */
  hosts?: readonly string[]
  /** A made-up office; its screens say so. */
  demo?: boolean
}

/** Constraints of the directory, as a person understands them. */
export const tenantRefusals = {
  tenant_slug_key: { code: 'conflict', path: 'slug', message: 'Another office has this short name' },
  tenant_tracking_prefix_key: { code: 'conflict', path: 'trackingPrefix', message: 'Another office has this prefix' },
  tenant_host_host_key: { code: 'conflict', path: 'hosts', message: 'This host leads to another office' },
  tenant_slug_check: { code: 'invalid_request', path: 'slug', message: 'Only lower case letters, digits and hyphens' },
  tenant_tracking_prefix_check: { code: 'invalid_request', path: 'trackingPrefix', message: 'Two to four capital letters' }
} as const

/** Adds an office in one transaction on `owner`. Throws an AppError that names the field which is taken or not valid. */
export async function createTenant(owner: OwnerConnection, tenant: NewTenant): Promise<void> {
  const calendar = businessCalendarSchema.safeParse(tenant.calendar)
  if (!calendar.success) throw new AppError('invalid_request', 'The calendar is not valid.', [{ path: 'calendar', message: 'Not valid' }])
  await owner.query('begin')
  try {
    await owner.query(`select set_config('app.tenant_id', $1, true)`, [tenant.tenantId])
    await owner.query(
      `insert into tenant (tenant_id, slug, name, tracking_prefix, time_zone, country_code, languages, calendar, demo)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [tenant.tenantId, tenant.slug, tenant.name, tenant.trackingPrefix, tenant.timeZone, tenant.countryCode, tenant.languages, calendar.data, tenant.demo ?? false]
    )
    await owner.query('insert into tenant_host (tenant_id, host) select $1, lower(host) from unnest($2::text[]) as host', [
      tenant.tenantId,
      tenant.hosts ?? []
    ])
    await owner.query('commit')
  } catch (error) {
    await owner.query('rollback')
    refuseConstraints(tenantRefusals)(error)
  }
}
