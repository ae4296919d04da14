import type { Route } from '../../../http/define-route.ts'
import type { SessionParts } from '../needs.ts'
import { oidcLoginRoutes } from './oidc-login-routes.ts'
import { createOidcParts } from './oidc-parts.ts'
import { oidcSettingsRoutes } from './oidc-settings-routes.ts'

/** Login by a provider of the office, and its settings. */
export function oidcRoutes(parts: SessionParts): Route[] {
  const oidc = createOidcParts(parts)
  return [...oidcLoginRoutes(oidc), ...oidcSettingsRoutes(oidc)]
}
