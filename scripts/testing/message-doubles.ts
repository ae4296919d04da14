import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { startSmsDouble } from '#server/testing/providers/sms-double.ts'
import { startSmtpDouble } from '#server/testing/providers/smtp-double.ts'

/**
 * A mail server and an SMS provider for the browser journeys, which may not import them. Prints one line,
 * `doubles-ready {JSON}`, with smtpUrl, smsUrl, smsToken and control. `GET control` tells what was taken; `POST control`
 * with `{"sms": [401]}` or `{"smtp": [550]}` says how the next messages are refused. Ends with its parent's SIGTERM.
 */
const [smtp, sms] = await Promise.all([startSmtpDouble(), startSmsDouble()])

const control = http.createServer(async (request, response) => {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  if (request.method === 'POST') {
    const wished = JSON.parse(Buffer.concat(parts).toString('utf8')) as { sms?: number[]; smtp?: number[] }
    sms.answers.push(...(wished.sms ?? []))
    smtp.refusals.push(...(wished.smtp ?? []))
  }
  const taken = { mails: smtp.mails, posts: sms.posts, phones: [...sms.phones.values()], complaints: sms.complaints }
  response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(taken))
})
control.listen(0, '127.0.0.1', () => {
  const address = `http://127.0.0.1:${(control.address() as AddressInfo).port}/`
  const facts = { smtpUrl: smtp.url, smsUrl: sms.url, smsToken: sms.token, control: address }
  console.log(`doubles-ready ${JSON.stringify(facts)}`)
})
process.on('SIGTERM', () => process.exit(0))
