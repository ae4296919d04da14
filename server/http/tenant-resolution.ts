import type { Request } from 'express'
import { AppError } from '#shared/errors.ts'
import type { Clock } from '../ports/clock.ts'
import type { Directory, TenantRecord } from '../postgres/directory.ts'

export interface ResolvedTenant {
  tenant: TenantRecord
  /** '' or '/o/<slug>', already taken off `request.url`. */
  basePath: string
}

export interface TenantResolver {
  /**
   * Host (unless it is shared and the path names an office), else `/o/<slug>/...`, else the only tenant; null when none of them names a
   * tenant. Throws `tenant_suspended` for one that its operator has closed: every door is behind this one.
   */
  resolve(request: Request): Promise<ResolvedTenant | null>
}

/** How long an answer of the directory is believed, in milliseconds. */
const cacheMs = 5_000
const cacheEntries = 1_000
const slugPath = /^\/o\/([a-z0-9][a-z0-9-]{1,39})(?=\/|\?|$)/

/** Resolves the tenant from where the request arrived, never from a header or body that the caller chooses freely. */
export function createTenantResolver(directory: Directory, clock: Clock): TenantResolver {
  const cached = cacheOf(clock)
  return {
    async resolve(request) {
      const byHost = await cached(`host:${request.hostname}`, () => directory.tenantOfHost(request.hostname ?? ''))
      const slug = slugPath.exec(request.url)?.[1]
      if (byHost && !(byHost.sharesHost && slug !== undefined)) return active(byHost, '')
      if (slug === undefined) {
        const only = await cached('only', () => directory.onlyTenant())
        return only && active(only, '')
      }
      const bySlug = await cached(`slug:${slug}`, () => directory.tenantOfSlug(slug))
      if (!bySlug) return null
      const basePath = `/o/${slug}`
      const rest = request.url.slice(basePath.length)
      request.url = rest.startsWith('/') ? rest : `/${rest}`
      return active(bySlug, basePath)
    }
  }
}

function active(tenant: TenantRecord, basePath: string): ResolvedTenant | null {
  if (tenant.status === 'suspended' || tenant.status === 'leaving') throw new AppError('tenant_suspended')
  return tenant.status === 'active' ? { tenant, basePath } : null
}

type Cached = (key: string, load: () => Promise<TenantRecord | null>) => Promise<TenantRecord | null>

function cacheOf(clock: Clock): Cached {
  const known = new Map<string, { until: number; answer: Promise<TenantRecord | null> }>()
  return (key, load) => {
    const entry = known.get(key)
    if (entry && entry.until > clock.now()) return entry.answer
    if (known.size >= cacheEntries) known.clear()
    const answer = load()
    known.set(key, { until: clock.now() + cacheMs, answer })
    answer.catch(() => known.delete(key))
    return answer
  }
}
