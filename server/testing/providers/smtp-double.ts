import type { AddressInfo } from 'node:net'
import { SMTPServer } from 'smtp-server'

export interface SmtpDouble {
  /** With user and password. */
  readonly url: string
  /** Mails taken, as they came over the wire. */
  readonly mails: { from: string; to: string[]; source: string }[]
  /** Reply codes to refuse the next mails with, after their body. */
  readonly refusals: number[]
  /** Recipients refused with 550. */
  readonly unknown: Set<string>
  close(): Promise<void>
}

/** A mail server that asks for a password and keeps what it takes. */
export async function startSmtpDouble(): Promise<SmtpDouble> {
  const double = { mails: [] as SmtpDouble['mails'], refusals: [] as number[], unknown: new Set<string>() }
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    logger: false,
    onAuth(auth, _session, done) {
      const isRight = auth.username === 'office' && auth.password === 'p@ss'
      if (isRight) done(null, { user: 'office' })
      else done(new Error('wrong password'))
    },
    onRcptTo(address, _session, done) {
      done(
        double.unknown.has(address.address) ? Object.assign(new Error('no such mailbox'), { responseCode: 550 }) : null
      )
    },
    onData(stream, session, done) {
      const parts: Buffer[] = []
      stream.on('data', (part: Buffer) => parts.push(part))
      stream.on('end', () => {
        const refusal = double.refusals.shift()
        if (refusal !== undefined) {
          done(Object.assign(new Error('not now'), { responseCode: refusal }))
          return
        }
        const { mailFrom, rcptTo } = session.envelope
        double.mails.push({
          from: mailFrom ? mailFrom.address : '',
          to: rcptTo.map((one) => one.address),
          source: Buffer.concat(parts).toString('utf8')
        })
        done()
      })
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  const { port } = server.server.address() as AddressInfo
  return Object.assign(double, {
    url: `smtp://office:p%40ss@127.0.0.1:${port}`,
    close: () => new Promise<void>((resolve) => server.close(() => resolve()))
  })
}
