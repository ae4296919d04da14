import type { TenantRecord } from '../../postgres/directory.ts'
import type { AppDeps } from '../../http/app-deps.ts'
import type { RequestContext, Session } from '../../http/request-context.ts'
import type { Tx } from '../../postgres/transaction.ts'
import type { Route } from '../../http/define-route.ts'
import type { Module } from '../../module.ts'
import { acceptedKeys } from '../../ports/derive-key.ts'
import { streamEndChannel } from '../../sync/sync-module.ts'
import { createAccessTokens } from './access-token.ts'
import { createActorLoader } from './actor-loader.ts'
import { createLoginLimits } from './login-limits.ts'
import { emailChangeRoutes } from './account/email-change.ts'
import { apiKeyRoutes } from './api-keys/api-key-routes.ts'
import { createMachineTokens } from './api-keys/machine-token.ts'
import { isOfMachine, machineSession } from './api-keys/machine-session.ts'
import { oauthTokenRoute } from './api-keys/oauth-route.ts'
import { createBackground, type Background } from './account/in-the-background.ts'
import { passwordLinkRoutes } from './account/password-link-routes.ts'
import { ownSessionRoutes } from './account/own-sessions.ts'
import { oidcRoutes } from './oidc/oidc-routes.ts'
import { impersonationRoute } from './impersonation/impersonation-route.ts'
import { noteLook } from './impersonation/note-look.ts'
import { createSecondStepKeys } from './second-step/second-step-keys.ts'
import { secondStepRoutes } from './second-step/second-step-routes.ts'
import { secondStepRuleRoutes } from './second-step/second-step-rule-routes.ts'
import type { IdentityNeeds, SessionParts } from './needs.ts'
import { createChallenges } from './passkeys/challenges.ts'
import { passkeyLoginRoutes } from './passkeys/passkey-login.ts'
import { passkeyRoutes } from './passkeys/passkey-routes.ts'
import { createPasswordHasher } from './password-hasher.ts'
import { endSessions, holderOfToken, type RefreshHolder } from './refresh-token-store.ts'
import { refreshCookie, refreshCookieOf } from './session-reply.ts'
import { roleRoutes } from './roles/role-routes.ts'
import { sessionRoutes } from './session-routes.ts'
import { tellChanged, type RightsChanged } from './sessions.ts'
import { userRoutes } from './user-routes.ts'

export interface IdentityModule extends Module {
  /** Session of an access token, or of a machine's key or token, with the actor as the rows say now. Throws a 401 `AppError`. */
  authenticate(token: string, tenant: TenantRecord): Promise<Session>
  readonly noteLook: AppDeps['noteLook']
  /** Ends every session of a device inside the caller's transaction; call `tell` after its commit. */
  endSessionsOfDevice(tx: Tx, deviceId: string): Promise<{ tell(): Promise<void> }>
  readonly refreshCookie: {
    /** Whose refresh cookie the request brings, also of a session that has ended; null without one. */
    holder(tx: Tx, context: RequestContext): Promise<RefreshHolder | null>
    /** The Set-Cookie value that removes it. */
    removal(context: RequestContext): string
  }
}

export function createIdentityModule(needs: IdentityNeeds): IdentityModule {
  const parts: SessionParts = {
    ...needs,
    hasher: createPasswordHasher({ running: 2, waiting: 60 }),
    limits: createLoginLimits(needs.limiter),
    tokens: createAccessTokens(acceptedKeys(needs.config)),
    stepKeys: createSecondStepKeys(acceptedKeys(needs.config)),
    machineTokens: createMachineTokens(acceptedKeys(needs.config)),
    challenges: createChallenges(acceptedKeys(needs.config)),
    loader: createActorLoader(needs.database, needs.clock)
  }
  const background = createBackground(needs.log)
  return {
    name: 'identity',
    routes: identityRoutes(parts, background),
    start: {
      async web() {
        const stop = await forgetWhenTold(parts)
        return () => Promise.all([stop(), background.settled()]).then(() => undefined)
      }
    },
    async authenticate(token, tenant) {
      if (isOfMachine(token)) return machineSession(parts, token, tenant.tenantId)
      const claims = await parts.tokens.verify(token, tenant.tenantId, needs.clock.now())
      const { actor, impersonation, stepDue } = await parts.loader.load(claims)
      return { actor, familyId: claims.familyId, expiresAt: claims.expiresAt, isImpersonated: impersonation !== null, isLimited: stepDue !== null }
    },
    noteLook: (look) => noteLook(parts, look),
    refreshCookie: {
      async holder(tx, context) {
        const token = refreshCookieOf(context)
        return token === undefined ? null : holderOfToken(tx, token)
      },
      removal: (context) => refreshCookie(context, { value: '', maxAge: 0, secure: needs.config.COOKIE_SECURE })
    },
    async endSessionsOfDevice(tx, deviceId) {
      await endSessions(tx, { deviceId }, needs.clock.now())
      return { tell: () => tellChanged(parts, { tenantId: tx.tenantId, deviceId, reason: 'revoked' }) }
    }
  }
}

function identityRoutes(parts: SessionParts, background: Background): Route[] {
  return [
    ...sessionRoutes(parts),
    ...userRoutes(parts),
    ...roleRoutes(parts),
    ...ownSessionRoutes(parts),
    ...passwordLinkRoutes(parts, background),
    ...emailChangeRoutes(parts),
    impersonationRoute(parts),
    ...secondStepRoutes(parts),
    ...secondStepRuleRoutes(parts),
    ...passkeyRoutes(parts),
    ...passkeyLoginRoutes(parts),
    ...apiKeyRoutes(parts),
    oauthTokenRoute(parts),
    ...oidcRoutes(parts)
  ]
}

/** Another process changed someone's rights: this one must not go by its memory. */
async function forgetWhenTold(parts: SessionParts): Promise<() => Promise<void>> {
  const stop = parts.pubSub.subscribe(streamEndChannel, (message) => parts.loader.forget((message as RightsChanged).tenantId))
  return async () => stop()
}
