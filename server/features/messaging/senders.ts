import type https from 'node:https'
import type { Config } from '../../config.ts'
import type { Clock } from '../../ports/clock.ts'
import { createHttpSmsSender } from '../../ports/adapters/http-sms-sender.ts'
import { createPushAgent, onlyOutside } from '../../ports/adapters/push-agent.ts'
import { createSmtpEmailSender } from '../../ports/adapters/smtp-email-sender.ts'
import { createWebPushSender } from '../../ports/adapters/web-push-sender.ts'
import { freshSecret } from '../../ports/fresh-secret.ts'
import type { EmailSender } from '../../ports/email-sender.ts'
import type { PushSender } from '../../ports/push-sender.ts'
import type { SmsSender } from '../../ports/sms-sender.ts'

/** Null where the installation has no provider: such messages end as failed and can be sent again once it has one. */
export interface Senders {
  readonly email: EmailSender | null
  readonly sms: SmsSender | null
  readonly push: PushSender | null
}

/** `pushAgent` instead of the usual one: for push services behind a certificate authority of one's own. */
export function createSenders(config: Config, clock: Clock, pushAgent?: https.Agent): Senders {
  const { SMTP_URL, MAIL_FROM, SMS_URL, SMS_TOKEN, VAPID_SUBJECT, VAPID_PUBLIC_KEY, VAPID_PRIVATE_KEY } = config
  const hasPush = VAPID_SUBJECT !== undefined && VAPID_PUBLIC_KEY !== undefined && VAPID_PRIVATE_KEY !== undefined
  return {
    email:
      SMTP_URL === undefined
        ? null
        : createSmtpEmailSender({ url: freshSecret(config.SECRET_FILES['SMTP_URL'], SMTP_URL), from: MAIL_FROM, domain: new URL(config.PUBLIC_URL).hostname }),
    sms: SMS_URL === undefined ? null : createHttpSmsSender({ url: SMS_URL, token: SMS_TOKEN ?? null, clock }),
    push: hasPush
      ? createWebPushSender({
          subject: VAPID_SUBJECT,
          publicKey: VAPID_PUBLIC_KEY,
          privateKey: VAPID_PRIVATE_KEY,
          clock,
          agent: pushAgent ?? createPushAgent({ onlyOutside: onlyOutside(config) })
        })
      : null
  }
}
