import type { BusinessCalendar } from '#shared/calendar/business-calendar.ts'
import type { Pool } from './pool.ts'

/** What is known of a tenant before anyone has logged in. */
export interface TenantRecord {
  tenantId: string
  slug: string
  name: string
  timeZone: string
  trackingPrefix: string
  languages: string[]
  countryCode: string
  status: 'active' | 'suspended' | 'importing' | 'leaving'
  calendar: BusinessCalendar
  /** Hours in which a reporter may reopen. */
  reopenHours: number
  /** A made-up office to try things on. */
  demo: boolean
  brandColor?: string | null
  logoVersion?: string | null
  /** Of a lookup by host: the host serves other offices too, under `/o/<slug>`. */
  sharesHost?: boolean
}

/** Looks tenants up before a tenant is known. The directory role can run these functions and read no table. */
export interface Directory {
  tenantOfHost(host: string): Promise<TenantRecord | null>
  tenantOfSlug(slug: string): Promise<TenantRecord | null>
  /** The tenant of an installation that has exactly one; null when there are none or several. */
  onlyTenant(): Promise<TenantRecord | null>
  activeTenantIds(): Promise<string[]>
}

export function createDirectory(pool: Pool): Directory {
  const one = async (text: string, values: unknown[]): Promise<TenantRecord | null> => {
    const { rows } = await pool.query<{ tenant: TenantRecord | null }>(text, values)
    return rows[0]?.tenant ?? null
  }
  return {
    tenantOfHost: (host) => one('select directory_tenant_of_host($1) as tenant', [host.toLowerCase()]),
    tenantOfSlug: (slug) => one('select directory_tenant_of_slug($1) as tenant', [slug.toLowerCase()]),
    onlyTenant: () => one('select directory_only_tenant() as tenant', []),
    async activeTenantIds() {
      const { rows } = await pool.query<{ id: string }>('select id from directory_active_tenants() as id')
      return rows.map((row) => row.id)
    }
  }
}
