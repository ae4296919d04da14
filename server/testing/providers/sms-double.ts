import http from 'node:http'
import type { AddressInfo } from 'node:net'

export interface TakenSms {
  to: string
  text: string
  reference: string
}

/** `hang`: takes the message and never answers. `drop`: takes it and breaks the connection. */
export type SmsAnswer = number | 'hang' | 'drop'

export interface SmsDouble {
  readonly url: string
  readonly token: string
  /** Every message that reached a phone: one for each reference, however often it was posted. */
  readonly phones: Map<string, TakenSms>
  /** Every valid request. */
  readonly posts: TakenSms[]
  /** Answers to give before messages are taken again. */
  readonly answers: SmsAnswer[]
  /** What was wrong with requests that were turned away. */
  readonly complaints: string[]
  close(): Promise<void>
}

/** An SMS provider that checks what it gets: method, bearer token, JSON body, E.164 number, reference. */
export async function startSmsDouble(): Promise<SmsDouble> {
  const double = {
    token: 'a token of the sms provider',
    phones: new Map<string, TakenSms>(),
    posts: [] as TakenSms[],
    answers: [] as SmsAnswer[],
    complaints: [] as string[]
  }
  const server = http.createServer(async (request, response) => {
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part as Buffer)
    const sms = readSms(request, Buffer.concat(parts).toString('utf8'), double)
    if (!sms) {
      response.writeHead(400).end()
      return
    }
    double.posts.push(sms)
    const answer = double.answers.shift() ?? 200
    if (answer === 200 || typeof answer === 'string') double.phones.set(sms.reference, sms)
    if (answer === 'hang') return
    if (answer === 'drop') request.socket.destroy()
    else
      response
        .writeHead(answer, { 'Content-Type': 'application/json' })
        .end(JSON.stringify({ id: `provider-${double.posts.length}` }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return Object.assign(double, {
    url: `http://127.0.0.1:${port}/messages`,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      })
  })
}

function readSms(
  request: http.IncomingMessage,
  body: string,
  double: { token: string; complaints: string[] }
): TakenSms | null {
  const complain = (about: string) => {
    double.complaints.push(about)
    return null
  }
  if (request.method !== 'POST') return complain(`method ${request.method}`)
  if (request.headers.authorization !== `Bearer ${double.token}`) return complain('token')
  if (request.headers['content-type'] !== 'application/json') return complain('content type')
  const sms = JSON.parse(body) as TakenSms
  if (Object.keys(sms).sort().join() !== 'reference,text,to') return complain(`fields ${Object.keys(sms).join()}`)
  if (!/^\+\d{8,15}$/.test(sms.to) || sms.text === '' || sms.reference === '') return complain('values')
  return sms
}
