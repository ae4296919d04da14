import net from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { startSmtpDouble } from '#server/testing/providers/smtp-double.ts'
import { createSmtpEmailSender } from './smtp-email-sender.ts'

const mail = {
  to: 'asha@example.org',
  subject: 'आपकी शिकायत',
  text: 'नमस्ते\n.\nend',
  language: 'hi',
  reference: 'message-1'
}
const closers: (() => void)[] = []
afterEach(() => {
  for (const close of closers.splice(0)) close()
})

const sender = (url: string) =>
  createSmtpEmailSender({ url, from: 'Ward office <office@office.test>', domain: 'office.test', timeoutMs: 500 })

/** A mail server that answers each command by its first word, and breaks the connection where the answer is missing. */
async function scripted(replies: Record<string, string>): Promise<string> {
  const server = net.createServer((socket) => {
    socket.on('error', () => undefined)
    socket.write('220 ready\r\n')
    let inBody = false
    socket.on('data', (data) => {
      for (const line of String(data)
        .split('\r\n')
        .filter((text) => text !== '')) {
        if (inBody && line !== '.') continue
        const reply = replies[inBody ? '.' : (line.split(' ')[0] ?? '')]
        if (reply === undefined) socket.destroy()
        else socket.write(`${reply}\r\n`)
        inBody = reply?.startsWith('354') ?? false
      }
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closers.push(() => server.close())
  return `smtp://127.0.0.1:${(server.address() as net.AddressInfo).port}`
}

const greeting = { EHLO: '250 hello', MAIL: '250 ok', RCPT: '250 ok', QUIT: '221 bye' }

test('a mail is taken with a message id that stays the same, and says that a machine wrote it', async () => {
  const server = await startSmtpDouble()
  closers.push(() => void server.close())
  const outcomes = [await sender(server.url).send(mail), await sender(server.url).send(mail)]
  expect(outcomes).toEqual([0, 1].map(() => ({ kind: 'accepted', providerRef: '<message-1@office.test>' })))
  expect(server.mails[0]!.source).toMatch(/^Auto-Submitted: auto-generated\r$/m)
  expect(server.mails[0]!.source).toMatch(/^Subject: =\?UTF-8\?/m)
})

test('a wrong password is no reason to try again and again', async () => {
  const server = await startSmtpDouble()
  closers.push(() => void server.close())
  expect(await sender(server.url.replace('p%40ss', 'wrong')).send(mail)).toEqual({
    kind: 'permanent',
    error: 'provider_denied'
  })
})

test('a line that breaks before the mail was asked for may be tried again', async () => {
  expect(await sender('smtp://127.0.0.1:1').send(mail)).toEqual({ kind: 'retry', error: 'unreachable' })
  const breaksEarly = await scripted({ EHLO: '250 hello', MAIL: '250 ok' })
  expect(await sender(breaksEarly).send(mail)).toEqual({ kind: 'retry', error: 'unreachable' })
})

test('a line that breaks after the mail was handed over leaves it unclear', async () => {
  const breaksLate = await scripted({ ...greeting, DATA: '354 go on' })
  expect(await sender(breaksLate).send(mail)).toEqual({ kind: 'unknown', error: 'no_answer' })
})

test.each([
  ['451 try later', { kind: 'retry', error: 'provider_busy' }],
  ['554 spam', { kind: 'permanent', error: 'provider_refused' }]
])('a reply of %s to the mail is a verdict', async (reply, outcome) => {
  expect(await sender(await scripted({ ...greeting, DATA: '354 go on', '.': reply })).send(mail)).toEqual(outcome)
})
