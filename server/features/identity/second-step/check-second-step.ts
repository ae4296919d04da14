import { AppError } from '#shared/errors.ts'
import { plainCode, type SecondStepKind } from '#shared/identity/second-step.ts'
import { refuseForNow } from '../../../http/rate-limit.ts'
import { enqueue } from '../../../jobs/outbox.ts'
import { secretMessage } from '../../../one-time/secret-message.ts'
import type { Tx } from '../../../postgres/transaction.ts'
import type { SessionParts } from '../needs.ts'
import { readStep, sealAnew, takeRecoveryCode, takeTimeStep, type StoredStep } from './second-step-store.ts'
import { stepOfCode } from './totp.ts'

/** Guesses at one person's second step, from wherever: whoever guesses here has the password already. */
const guesses = { name: 'second-step', points: 10, seconds: 15 * 60 }
const mails = { name: 'second-step-mail', points: 5, seconds: 15 * 60 }
const codeMs = 10 * 60_000

/** A 401 that names `code`: it is asked for, or was not right. Clients show a field for it. */
const stepError = (message: 'Needed' | 'Sent by e-mail' | 'Not right') =>
  new AppError('unauthenticated', 'A second step is needed.', [{ path: 'code', message }])

/** How the second step was asked for, where the error is that question; null for every other error. */
export function secondStepAsked(error: unknown): 'Needed' | 'Sent by e-mail' | null {
  const message = error instanceof AppError ? error.fields?.find(({ path }) => path === 'code')?.message : undefined
  return message === 'Needed' || message === 'Sent by e-mail' ? message : null
}

/**
 * The second step of a login, after the password was right. Resolves to null where there is none, to its kind where `code` is its code or a
 * recovery code; else throws. A code by e-mail is sent when none was given. Every code is taken at most once, also by requests at the same moment.
 */
export async function checkSecondStep(parts: SessionParts, whose: { tenantId: string; userId: string }, code: string | undefined): Promise<SecondStepKind | null> {
  const who = { tenantId: whose.tenantId, actorId: whose.userId }
  const step = await parts.database.withTenant(who, (tx) => readStep(tx, whose.userId), { readOnly: true })
  if (!step?.confirmed) return null
  if (code === undefined) {
    if (step.kind === 'email') await sendStepCode(parts, whose)
    throw stepError(step.kind === 'email' ? 'Sent by e-mail' : 'Needed')
  }
  const key = `${whose.tenantId}:${whose.userId}`
  const state = await parts.limiter.consume(guesses, key)
  if (!state.allowed) throw refuseForNow(state)
  const isRight = await parts.database.withTenant(who, (tx) => takeCode(parts, tx, { step, userId: whose.userId, code }))
  if (!isRight) throw stepError('Not right')
  await parts.limiter.forget(guesses, key)
  return step.kind
}

/** Mails six digits to the person's own address; throws a 429 when it was asked for too often. */
export async function sendStepCode(parts: SessionParts, { tenantId, userId }: { tenantId: string; userId: string }): Promise<void> {
  const state = await parts.limiter.consume(mails, `${tenantId}:${userId}`)
  if (!state.allowed) throw refuseForNow(state)
  await parts.database.withTenant({ tenantId, actorId: userId }, async (tx) => {
    const { rows } = await tx.query<{ email: string | null; language: string }>('select email, language from user_account where id = $1', [userId])
    const { email = null, language = 'en' } = rows[0] ?? {}
    if (email === null) throw new AppError('conflict', 'There is no e-mail address to send a code to.')
    const id = parts.newId()
    await parts.oneTime.issueCode(tx, { id, purpose: 'second-step', subject: userId, validMs: codeMs, facts: { to: email } }, parts.clock.now())
    const message = { id: parts.newId(), secretId: id, topic: 'code.asked', channel: 'email', language, validMs: codeMs } as const
    await enqueue(tx, [secretMessage({ ...message, subject: { type: 'user', id: userId } })])
  })
}

/** Whether the code fits; it is used up then. The transaction must be committed either way. */
export async function takeCode(parts: SessionParts, tx: Tx, given: { step: StoredStep; userId: string; code: string }): Promise<boolean> {
  const { step, userId } = given
  const [code, nowMs, whose] = [plainCode(given.code), parts.clock.now(), { tenantId: tx.tenantId, userId }]
  if (!/^\d{6}$/.test(code)) return takeRecoveryCode(tx, { userId, hashes: parts.stepKeys.hashesOf(code, whose), nowMs })
  if (step.kind === 'email') return (await parts.oneTime.useCode(tx, { purpose: 'second-step', subject: userId, code }, nowMs)).kind === 'right'
  const opened = step.sealedSecret && parts.stepKeys.openSecret(step.sealedSecret, whose)
  const timeStep = opened && stepOfCode(opened.secret, code, nowMs)
  if (!opened || timeStep === null || !(await takeTimeStep(tx, userId, timeStep))) return false
  if (opened.isOld) await sealAnew(tx, userId, parts.stepKeys.sealSecret(opened.secret, whose))
  return true
}
