import { oidcReturnPath } from '#shared/identity/oidc.ts'
import { createOutsideCall } from '../../../ports/adapters/outside-call.ts'
import { onlyOutside } from '../../../ports/adapters/push-agent.ts'
import type { Tx } from '../../../postgres/transaction.ts'
import type { SessionParts } from '../needs.ts'
import { createProviderClient, type ProviderClient } from './provider-client.ts'

export interface OidcParts extends SessionParts {
  readonly provider: ProviderClient
  /**
   * Where codes are sent for who is at `basePath` ('' or '/o/<slug>'), so that he comes back to where his cookies are. Its origin is
   * the configured one or a host of the tenant's own, whatever the request says.
   */
  redirectUri(tx: Tx, basePath: string): Promise<string>
}

export function createOidcParts(parts: SessionParts): OidcParts {
  const outside = { onlyOutside: onlyOutside(parts.config) }
  return {
    ...parts,
    provider: createProviderClient({ ...outside, call: createOutsideCall(outside), clock: parts.clock }),
    redirectUri: async (tx, basePath) => `${await addressOf(parts, tx, basePath)}${oidcReturnPath}`
  }
}

async function addressOf(parts: SessionParts, tx: Tx, basePath: string): Promise<string> {
  const { PUBLIC_URL } = parts.config
  if (basePath !== '') return `${PUBLIC_URL}${basePath}`
  const { url } = await parts.officeAddress(tx)
  return new URL(url).pathname === '/' ? url : PUBLIC_URL
}
