import { createECDH, randomBytes } from 'node:crypto'
import https from 'node:https'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { importJWK, jwtVerify, type JWTPayload } from 'jose'
import { makeCertificate } from './self-signed-certificate.ts'

const ece = createRequire(import.meta.url)('http_ece') as {
  decrypt(body: Buffer, keys: { version: 'aes128gcm'; privateKey: unknown; authSecret: string }): Buffer
}

/** A push that the service took: its signature was checked and its content decrypted with the device's keys. */
export interface TakenPush {
  readonly claims: JWTPayload
  readonly headers: Record<string, string | string[] | undefined>
  readonly bytes: number
  readonly notice: unknown
}

export interface PushDouble {
  /** Address of a subscription, with keys made here as a browser makes them. */
  readonly subscription: { endpoint: string; p256dh: string; auth: string }
  readonly taken: TakenPush[]
  /** Statuses to answer with before pushes are taken again. */
  readonly refusals: number[]
  /** Largest body taken, in bytes. */
  limit: number
  /** Why requests were turned away. */
  readonly complaints: string[]
  /** Trusts the certificate of this service only. */
  readonly agent: https.Agent
  /** The certificate (PEM), for a sender in another process. */
  readonly certificate: string
  close(): Promise<void>
}

/** A push service (RFC 8030) over TLS that takes what `serverKey` signed (RFC 8292), and decrypts it (RFC 8291). */
export async function startPushDouble(serverKey: string, onTaken?: (push: TakenPush) => void): Promise<PushDouble> {
  const device = createECDH('prime256v1')
  const p256dh = device.generateKeys('base64url')
  const auth = randomBytes(16).toString('base64url')
  const { key, cert } = makeCertificate()
  const double = { taken: [] as TakenPush[], refusals: [] as number[], complaints: [] as string[], limit: 4096 }
  const server = https.createServer({ key, cert }, async (request, response) => {
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part as Buffer)
    const body = Buffer.concat(parts)
    const refusal = double.refusals.shift() ?? (body.length > double.limit ? 413 : undefined)
    if (refusal !== undefined) {
      response.writeHead(refusal).end()
      return
    }
    try {
      const claims = await signedClaims(
        String(request.headers.authorization),
        serverKey,
        `https://${request.headers.host}`
      )
      if (request.headers['content-encoding'] !== 'aes128gcm' || request.headers.ttl === undefined)
        throw new Error('headers')
      const text = ece.decrypt(body, { version: 'aes128gcm', privateKey: device, authSecret: auth }).toString('utf8')
      const push = { claims, headers: request.headers, bytes: body.length, notice: JSON.parse(text) as unknown }
      double.taken.push(push)
      onTaken?.(push)
      response.writeHead(201).end()
    } catch (error) {
      double.complaints.push((error as Error).message)
      response.writeHead(403).end()
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return Object.assign(double, {
    subscription: { endpoint: `https://127.0.0.1:${port}/push/${randomBytes(8).toString('hex')}`, p256dh, auth },
    agent: new https.Agent({ ca: cert }),
    certificate: cert,
    close: () => new Promise<void>((resolve) => server.close(() => resolve()))
  })
}

async function signedClaims(authorization: string, serverKey: string, origin: string): Promise<JWTPayload> {
  const [, token, key] = /^vapid t=([^,]+), k=([\w-]+)$/.exec(authorization) ?? []
  if (!token || key !== serverKey) throw new Error('not signed by the key of the subscription')
  const point = Buffer.from(key, 'base64url')
  const jwk = {
    kty: 'EC',
    crv: 'P-256',
    x: point.subarray(1, 33).toString('base64url'),
    y: point.subarray(33).toString('base64url')
  }
  const { payload } = await jwtVerify(token, await importJWK(jwk, 'ES256'), { audience: origin, algorithms: ['ES256'] })
  if ((payload.exp ?? 0) - Date.now() / 1000 > 86_400) throw new Error('valid for more than a day')
  return payload
}
