import type { SmtpDouble } from '../providers/smtp-double.ts'

/** The text of a mail as a reader sees it, whatever it was packed in. */
export function mailText(source: string): string {
  const [head = '', ...rest] = source.split('\r\n\r\n')
  const body = rest.join('\r\n\r\n')
  if (/content-transfer-encoding: base64/i.test(head)) return Buffer.from(body, 'base64').toString('utf8')
  if (!/content-transfer-encoding: quoted-printable/i.test(head)) return body
  const bytes = body.replace(/=\r?\n/g, '').replace(/=([0-9A-F]{2})/g, (_all, hex: string) => String.fromCharCode(parseInt(hex, 16)))
  return Buffer.from(bytes, 'latin1').toString('utf8')
}

/** The mails to one address, oldest first. */
export const mailsTo = (smtp: SmtpDouble, address: string): string[] =>
  smtp.mails.filter((mail) => mail.to.includes(address)).map((mail) => mailText(mail.source))

/** The token of the link in a mail. */
export const tokenIn = (text: string): string => /#([A-Za-z0-9_-]{43})/.exec(text)?.[1] ?? ''
