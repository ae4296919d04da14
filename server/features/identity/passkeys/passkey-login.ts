import { AppError } from '#shared/errors.ts'
import { passkeyLoginSchema, passkeyRequestSchema, type PasskeyLogin } from '#shared/identity/passkey.ts'
import { sessionReplySchema } from '#shared/identity/session.ts'
import { anyone } from '../../../http/access.ts'
import { defineRoute, type Route } from '../../../http/define-route.ts'
import type { TenantRecord } from '../../../postgres/directory.ts'
import { noteRefusal } from '../login/note-refusal.ts'
import { openSession, startSession, type OpenedSession } from '../login/start-session.ts'
import type { SessionParts } from '../needs.ts'
import { sessionAnswer, sessionPath } from '../session-reply.ts'
import { challengeMs, useChallenge } from './challenges.ts'
import { countUse, findCredential } from './passkey-store.ts'
import { passkeyPlace, verifyLogin } from './verify-passkey.ts'

const path = `${sessionPath}/passkey`
/** An office behind one address logs in in the morning. */
const limit = { name: 'passkey-options', points: 300, seconds: 15 * 60, by: 'network' } as const

/** Logging in with a passkey: no account is named and no password asked, so there is nothing to find out about accounts. */
export function passkeyLoginRoutes(parts: SessionParts): Route[] {
  return [requestRoute(parts), loginRoute(parts)]
}

function requestRoute(parts: SessionParts): Route {
  return defineRoute({
    method: 'post', path: `${path}/options`, summary: 'A challenge for logging in with a passkey; good once, for five minutes.', tag: 'identity',
    access: anyone, limit, reply: { 200: passkeyRequestSchema },
    handle({ context }) {
      const challenge = parts.challenges.issue({ tenantId: context.tenant.tenantId, registers: null }, context.clock.now())
      return { status: 200, body: { challenge, rpId: passkeyPlace(parts.config.PUBLIC_URL).rpId, timeoutMs: challengeMs } }
    }
  })
}

function loginRoute(parts: SessionParts): Route {
  return defineRoute({
    method: 'post', path, summary: 'Logs a person in with a passkey, which counts as both steps; the refresh token comes as an HttpOnly cookie.', tag: 'identity',
    access: anyone, body: passkeyLoginSchema, reply: { 200: sessionReplySchema },
    async handle({ body, context }) {
      const opened = await logIn(parts, context.tenant, { ...body, ip: context.ip, requestId: context.requestId })
      return sessionAnswer(parts, context, opened)
    }
  })
}

/** Unknown credential, wrong signature, used challenge, counter gone back, person who left: the same answer after the same work. */
async function logIn(parts: SessionParts, tenant: TenantRecord, body: PasskeyLogin & { ip: string; requestId: string }): Promise<OpenedSession> {
  const { tenantId } = tenant
  const attempt = { tenantId, login: `passkey ${body.credential.id}`, ip: body.ip }
  await parts.limits.begin(attempt)
  const passkey = await parts.database.withTenant({ tenantId }, (tx) => findCredential(tx, Buffer.from(body.credential.id, 'base64url')), { readOnly: true })
  const now = parts.clock.now()
  const isGoodChallenge = (challenge: string) => parts.challenges.isGood(challenge, { tenantId, registers: null }, now)
  const shown = await verifyLogin(body, passkey, { ...passkeyPlace(parts.config.PUBLIC_URL), isGoodChallenge })
  const isWelcome = passkey !== null && passkey.isActive && (!passkey.demo || parts.config.DEMO) && isOwnHandle(body, { tenantId, userId: passkey.userId })
  const started = shown && isWelcome ? await start(parts, { tenantId, passkey, body, shown }) : null
  if (!started) {
    await parts.limits.failed(attempt)
    await noteRefusal(parts, { tenantId, userId: passkey?.userId ?? null })
    throw new AppError('unauthenticated', 'This passkey was not accepted.')
  }
  await parts.limits.succeeded(attempt)
  const { holder, ...fresh } = started
  return openSession(parts, { tenantId, ...holder }, fresh)
}

interface Shown {
  tenantId: string
  passkey: { id: string; userId: string }
  body: PasskeyLogin & { requestId: string }
  shown: { challenge: string; signCount: number }
}

/** Null when the challenge was used, or the counter has not gone on: then nothing of it stays but the used challenge. */
async function start(parts: SessionParts, { tenantId, passkey, body, shown }: Shown) {
  const { id, userId } = passkey
  const now = parts.clock.now()
  return parts.database.withTenant({ tenantId, actorId: userId }, async (tx) => {
    if (!(await useChallenge(tx, shown.challenge, now))) return null
    if (!(await countUse(tx, { id, signCount: shown.signCount, nowMs: now }))) return null
    return startSession(parts, tx, { userId, device: body.device, proof: { how: 'passkey', passkeyId: id }, hasShownStep: true, requestId: body.requestId })
  })
}

/** An authenticator may say whose passkey it is; then it must be this person's. */
function isOwnHandle({ credential }: PasskeyLogin, whose: { tenantId: string; userId: string }): boolean {
  return credential.userHandle === undefined || credential.userHandle === userHandle(whose)
}

/** What an authenticator knows a person by: it tells nothing about him. */
export function userHandle({ tenantId, userId }: { tenantId: string; userId: string }): string {
  return Buffer.from(`${tenantId}${userId}`.replaceAll('-', ''), 'hex').toString('base64url')
}
