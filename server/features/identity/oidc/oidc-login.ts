import { createHash, randomBytes } from 'node:crypto'
import { AppError } from '#shared/errors.ts'
import type { LoginDevice } from '#shared/identity/session.ts'
import { recordAudit } from '../../../audit/record-audit.ts'
import { secondStepAsked, checkSecondStep } from '../second-step/check-second-step.ts'
import { openSession, startSession, type OpenedSession } from '../login/start-session.ts'
import type { TenantRecord } from '../../../postgres/directory.ts'
import type { Tx } from '../../../postgres/transaction.ts'
import type { VouchedClaims } from './id-token.ts'
import type { OidcParts } from './oidc-parts.ts'
import { ProviderError } from './provider-error.ts'
import { findPerson, readProvider, type StoredProvider } from './provider-store.ts'

/** Time at the provider, and time for the own second step afterwards. */
const validMs = 15 * 60_000
const [statePurpose, ticketPurpose] = ['oidc.state', 'oidc.ticket']

/** Somebody in one browser: `browser` is the value of its cookie. */
interface Caller {
  readonly tenant: TenantRecord
  readonly basePath: string
  readonly browser: string | undefined
  readonly device: LoginDevice
  readonly requestId: string
}

const begunElsewhere = () => new AppError('gone', 'This login was begun in another browser, was used already, or took too long. Begin again.')
const refused = () => new AppError('unauthenticated', 'The login provider does not vouch for anybody of this office.')
const sha256 = (text: string): string => createHash('sha256').update(text).digest('base64url')
const random = (): string => randomBytes(32).toString('base64url')

/** Where to send the browser, and the value of the cookie that binds the way back to it. Throws `not_found` without a provider. */
export async function beginOidc(parts: OidcParts, { tenant, basePath }: Pick<Caller, 'tenant' | 'basePath'>): Promise<{ url: string; browser: string }> {
  const { tenantId } = tenant
  const provider = await parts.database.withTenant({ tenantId }, readProvider, { readOnly: true })
  if (!provider) throw new AppError('not_found', 'This office has no login provider.')
  const metadata = await parts.provider.discover(provider.issuer).catch(() => {
    throw new AppError('conflict', 'The login provider does not answer.')
  })
  const [browser, nonce, verifier] = [random(), random(), random()]
  const id = parts.newId()
  const url = new URL(metadata.authorization_endpoint)
  await parts.database.withTenant({ tenantId }, async (tx) => {
    const redirectUri = await parts.redirectUri(tx, basePath)
    const facts = { browser: sha256(browser), nonce, verifier, redirectUri, issuer: provider.issuer, clientId: provider.clientId }
    const state = await parts.oneTime.issueLink(tx, { id, purpose: statePurpose, subject: id, validMs, facts }, parts.clock.now())
    const asked = {
      response_type: 'code', response_mode: 'query', scope: 'openid email profile', client_id: provider.clientId, redirect_uri: redirectUri,
      state, nonce, code_challenge: sha256(verifier), code_challenge_method: 'S256'
    }
    for (const [name, value] of Object.entries(asked)) url.searchParams.set(name, value)
  })
  return { url: url.href, browser }
}

export type OidcOutcome = { readonly kind: 'opened'; readonly opened: OpenedSession } | { readonly kind: 'step'; readonly asked: 'Needed' | 'Sent by e-mail'; readonly ticket: string }

/**
 * The way back: state and cookie must be of one another and unused, the code is exchanged, the ID token checked, its person found. A
 * person with a second step of his own is asked for it, unless the provider says that it asked for several factors. Throws `gone` or,
 * with an entry in the audit, `unauthenticated`.
 */
export async function finishOidc(parts: OidcParts, caller: Caller, given: { code: string; state: string; iss?: string | undefined }): Promise<OidcOutcome> {
  const { tenantId } = caller.tenant
  const { facts, provider } = await parts.database.withTenant({ tenantId }, async (tx) => {
    const used = await parts.oneTime.useLink(tx, { purpose: statePurpose, token: given.state }, parts.clock.now())
    return { facts: used?.facts ?? {}, provider: await readProvider(tx) }
  })
  const isHis = caller.browser !== undefined && facts['browser'] === sha256(caller.browser)
  if (!isHis || !provider || facts['issuer'] !== provider.issuer || facts['clientId'] !== provider.clientId) throw begunElsewhere()
  const { nonce = '', verifier = '', redirectUri = '' } = facts
  const vouched = await vouchedBy(parts, { provider, given, exchange: { code: given.code, verifier, redirectUri, nonce } }).catch((error: unknown) => refuse(parts, tenantId, error))
  const userId = await parts.database.withTenant({ tenantId }, (tx) => personOf(parts, tx, vouched)).catch((error: unknown) => refuse(parts, tenantId, error))
  const step = vouched.isMultiFactor ? null : await askedStep(parts, { tenantId, userId })
  if (step) return { kind: 'step', asked: step, ticket: await giveTicket(parts, tenantId, { userId, browser: facts['browser'] ?? '' }) }
  return { kind: 'opened', opened: await open(parts, caller, { userId, how: 'provider', hasShownStep: vouched.isMultiFactor }) }
}

/** The own second step after the provider's word. Throws as `checkSecondStep`; the ticket stays for another try until it has ended. */
export async function finishStep(parts: OidcParts, caller: Caller, given: { ticket: string; code: string }): Promise<OpenedSession> {
  const { tenantId } = caller.tenant
  const ticket = { purpose: ticketPurpose, token: given.ticket }
  const read = await parts.database.withTenant({ tenantId }, (tx) => parts.oneTime.readLink(tx, ticket, parts.clock.now()), { readOnly: true })
  const { userId = '', browser } = read?.facts ?? {}
  if (!read || caller.browser === undefined || browser !== sha256(caller.browser)) throw begunElsewhere()
  const step = await checkSecondStep(parts, { tenantId, userId }, given.code)
  const used = await parts.database.withTenant({ tenantId }, (tx) => parts.oneTime.useLink(tx, ticket, parts.clock.now()))
  if (!used) throw begunElsewhere()
  return open(parts, caller, { userId, how: 'provider and second step', hasShownStep: step === 'totp' })
}

async function vouchedBy(
  parts: OidcParts,
  { provider, given, exchange }: { provider: StoredProvider; given: { iss?: string | undefined }; exchange: { code: string; verifier: string; redirectUri: string; nonce: string } }
): Promise<VouchedClaims> {
  if (given.iss !== undefined && given.iss !== provider.issuer) throw new ProviderError('issuer')
  return parts.provider.redeem(provider, exchange)
}

async function personOf(parts: OidcParts, tx: Tx, vouched: VouchedClaims): Promise<string> {
  const found = await findPerson(tx, vouched, { demo: parts.config.DEMO, nowMs: parts.clock.now() })
  if ('refusal' in found) throw new ProviderError(vouched.email === null && found.refusal === 'nobody' ? 'email_unverified' : found.refusal)
  if (found.isNew) await recordAudit(tx, parts, { action: 'oidc.link', actor: null, subject: { type: 'user', id: found.userId } })
  return found.userId
}

/** Written down with the reason, which names nobody; the caller learns no more than that it did not work. */
async function refuse(parts: OidcParts, tenantId: string, error: unknown): Promise<never> {
  if (!(error instanceof ProviderError)) throw error
  parts.log.warn({ tenant: tenantId, reason: error.reason }, 'a login by the provider was refused')
  await parts.database.withTenant({ tenantId }, (tx) =>
    recordAudit(tx, parts, { action: 'session.refuse', actor: null, subject: { type: 'user', id: null }, after: { by: 'oidc', reason: error.reason } })
  )
  throw refused()
}

/** What the second step is asked by; null where there is none. A code by e-mail is sent with the question. */
async function askedStep(parts: OidcParts, whose: { tenantId: string; userId: string }): Promise<'Needed' | 'Sent by e-mail' | null> {
  try {
    await checkSecondStep(parts, whose, undefined)
    return null
  } catch (error) {
    const asked = secondStepAsked(error)
    if (asked === null) throw error
    return asked
  }
}

async function giveTicket(parts: OidcParts, tenantId: string, facts: { userId: string; browser: string }): Promise<string> {
  const id = parts.newId()
  return parts.database.withTenant({ tenantId }, (tx) => parts.oneTime.issueLink(tx, { id, purpose: ticketPurpose, subject: id, validMs, facts }, parts.clock.now()))
}

async function open(parts: OidcParts, { tenant: { tenantId }, device, requestId }: Caller, login: { userId: string; how: 'provider' | 'provider and second step'; hasShownStep: boolean }): Promise<OpenedSession> {
  const { userId, how, hasShownStep } = login
  const { holder, ...fresh } = await parts.database.withTenant({ tenantId, actorId: userId }, (tx) => startSession(parts, tx, { userId, device, proof: { how }, hasShownStep, requestId }))
  return openSession(parts, { tenantId, ...holder }, fresh)
}
