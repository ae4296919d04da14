import { createTransport } from 'nodemailer'
import type { EmailSender, OutgoingEmail } from '../email-sender.ts'
import type { SendOutcome } from '../send-outcome.ts'

export interface SmtpOptions {
  /** `smtp://user:password@host:port` or `smtps://…`; asked for each mail, so that its password can be turned over. */
  readonly url: string | (() => string)
  /** Sender, e.g. `Ward office <office@example.org>`. */
  readonly from: string
  /** Domain of the Message-ID. */
  readonly domain: string
  readonly timeoutMs?: number
}

/** A mail server over SMTP, one connection per mail. */
export function createSmtpEmailSender(options: SmtpOptions): EmailSender {
  return {
    provider: 'smtp',
    async send(email) {
      const watch = { bodyAsked: false }
      try {
        const done = await transportFor(options, watch).sendMail(mailOf(email, options))
        return { kind: 'accepted', providerRef: done.messageId }
      } catch (error) {
        return classify(error as SmtpError, watch.bodyAsked)
      }
    }
  }
}

interface SmtpError {
  code?: string
  command?: string
  responseCode?: number
}

function transportFor({ url, timeoutMs = 15_000 }: SmtpOptions, watch: { bodyAsked: boolean }) {
  const { hostname, port, username, password, protocol } = new URL(typeof url === 'string' ? url : url())
  const secure = protocol === 'smtps:'
  return createTransport({
    host: hostname,
    port: Number(port) || (secure ? 465 : 587),
    secure,
    ...(username && { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }),
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
    transactionLog: true,
    logger: bodyWatcher(watch)
  })
}

/** The library does not say how far a broken session had come; its transaction log does: 354 asks for the mail itself. */
function bodyWatcher(watch: { bodyAsked: boolean }) {
  const see = (entry: { tnx?: string }, line?: unknown) => {
    if (entry.tnx === 'server' && typeof line === 'string' && line.startsWith('354')) watch.bodyAsked = true
  }
  return { level: () => undefined, trace: see, debug: see, info: see, warn: see, error: see, fatal: see }
}

function mailOf(email: OutgoingEmail, { from, domain }: SmtpOptions) {
  return {
    from,
    to: email.to,
    subject: email.subject,
    text: email.text,
    messageId: `<${email.reference}@${domain}>`,
    headers: { 'Auto-Submitted': 'auto-generated', 'Content-Language': email.language }
  }
}

/** A reply of the server is a verdict (RFC 5321, 4.2.1). Without one it depends on whether the mail may have left. */
function classify({ code, command, responseCode }: SmtpError, bodyAsked: boolean): SendOutcome {
  if (code === 'EAUTH')
    return responseCode !== undefined && responseCode < 500
      ? { kind: 'retry', error: 'provider_busy' }
      : { kind: 'permanent', error: 'provider_denied' }
  if (responseCode !== undefined) {
    if (responseCode < 500) return { kind: 'retry', error: 'provider_busy' }
    return { kind: 'permanent', error: command === 'RCPT TO' ? 'bad_address' : 'provider_refused' }
  }
  if (code === 'EENVELOPE') return { kind: 'permanent', error: 'bad_address' }
  return bodyAsked ? { kind: 'unknown', error: 'no_answer' } : { kind: 'retry', error: 'unreachable' }
}
