import { createHash, randomBytes } from 'node:crypto'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT, type CryptoKey, type JWTPayload } from 'jose'

/** How the double misbehaves, for one login. */
export interface OidcMischief {
  /** Over the right claims. */
  readonly claims?: JWTPayload
  /** `hmac`: HS256 with the public key as its secret. `stranger`: a key that is not published. */
  readonly signing?: 'none' | 'hmac' | 'stranger'
}

interface Asked {
  readonly nonce: string
  readonly challenge: string
  readonly redirectUri: string
  readonly claims: JWTPayload
  readonly mischief: OidcMischief
}

export interface OidcDouble {
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string
  /** Addresses that codes may be sent to; others are complained about. */
  readonly redirectUris: Set<string>
  /** In the description, over what is right. */
  readonly metadata: Record<string, unknown>
  /** Paths that were asked for, in order. */
  readonly calls: string[]
  readonly complaints: string[]
  /** Who is logged in there in every browser and says yes at once; null: the address of the provider shows nothing. */
  person: JWTPayload | null
  /** Seconds since the epoch that tokens are made at. */
  now(): number
  /** A person says yes: what the provider puts into the address on the way back. */
  approve(url: string, person: { sub: string; email?: string; email_verified?: boolean; amr?: string[] }, mischief?: OidcMischief): { code: string; state: string; iss: string }
  close(): Promise<void>
}

/** An OpenID provider that checks what it gets: the request of the browser, PKCE, the client, the code and that it comes once. */
export async function startOidcDouble(now: () => number = () => Math.floor(Date.now() / 1000)): Promise<OidcDouble> {
  const [own, stranger] = await Promise.all([generateKeyPair('RS256', { extractable: true }), generateKeyPair('RS256')])
  const publicJwk = { ...(await exportJWK(own.publicKey)), kid: 'one', use: 'sig' }
  const codes = new Map<string, Asked>()
  const double = {
    clientId: 'sampark at the test', clientSecret: 'a secret: with/odd+letters', redirectUris: new Set<string>(), metadata: {} as Record<string, unknown>, person: null as JWTPayload | null,
    calls: [] as string[], complaints: [] as string[], now
  }

  const keys = { none: null, hmac: new TextEncoder().encode(JSON.stringify(publicJwk)), stranger: stranger.privateKey, right: own.privateKey }
  const idToken = ({ claims, nonce, mischief }: Asked): Promise<string> => {
    const payload = { iss: issuer, aud: double.clientId, nonce, iat: now(), exp: now() + 300, ...claims, ...mischief.claims }
    return signed(payload, keys[mischief.signing ?? 'right'])
  }

  const server = http.createServer(async (request, response) => {
    double.calls.push(request.url ?? '')
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part as Buffer)
    const answer = (status: number, body: unknown) => response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body))
    if (request.url === '/realm/.well-known/openid-configuration') return answer(200, description(issuer, double.metadata))
    if (request.url === '/realm/keys') return answer(200, { keys: [publicJwk] })
    const address = `${new URL(issuer).origin}${request.url}`
    if (address.startsWith(`${issuer}/authorize?`) && double.person) return sendBack(response, address, whole.approve(address, double.person))
    const asked = request.url === '/realm/token' && request.method === 'POST' && redeem(double, codes, { request, form: new URLSearchParams(Buffer.concat(parts).toString()) })
    return asked ? answer(200, { token_type: 'Bearer', access_token: 'x', id_token: await idToken(asked) }) : answer(400, { error: 'invalid_grant' })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}/realm`
  const whole = Object.assign(double, {
    issuer,
    approve(address: string, person: JWTPayload, mischief: OidcMischief = {}) {
      const { state, ...asked } = readRequest(address, { ...double, issuer })
      const code = randomBytes(16).toString('base64url')
      codes.set(code, { ...asked, claims: person, mischief })
      return { code, state, iss: issuer }
    },
    close: () => new Promise<void>((resolve) => server.close(() => resolve()))
  })
  return whole
}

type Checking = Pick<OidcDouble, 'clientId' | 'clientSecret' | 'redirectUris' | 'complaints'>

/** What the browser came with; what is wrong with it is complained about. */
function readRequest(address: string, { issuer, clientId, redirectUris, complaints }: Checking & { issuer: string }) {
  const url = new URL(address)
  const asked = Object.fromEntries(url.searchParams)
  const { state = '', nonce = '', code_challenge: challenge = '', redirect_uri: redirectUri = '' } = asked
  const isRight = `${url.origin}${url.pathname}` === `${issuer}/authorize` && asked['response_type'] === 'code' && asked['client_id'] === clientId
  if (!isRight || asked['code_challenge_method'] !== 'S256' || !asked['scope']?.split(' ').includes('openid')) complaints.push('request')
  if (!redirectUris.has(redirectUri)) complaints.push('foreign redirect_uri')
  if ([state, nonce, challenge].some((value) => value.length < 43)) complaints.push('guessable')
  return { state, nonce, challenge, redirectUri }
}

/** Whose code it is, from the client it was given to, once and with its verifier. */
function redeem(double: Checking, codes: Map<string, Asked>, { request, form }: { request: http.IncomingMessage; form: URLSearchParams }): Asked | false {
  const complain = (what: string): false => (double.complaints.push(what), false)
  const [id, secret] = Buffer.from(String(request.headers.authorization).replace(/^Basic /, ''), 'base64').toString().split(':')
  if (id !== encodeURIComponent(double.clientId) || secret !== encodeURIComponent(double.clientSecret)) return complain('client')
  const asked = codes.get(form.get('code') ?? '')
  if (!asked) return complain('code')
  codes.delete(form.get('code') ?? '')
  if (form.get('grant_type') !== 'authorization_code' || form.get('redirect_uri') !== asked.redirectUri) return complain('redirect_uri')
  return createHash('sha256').update(form.get('code_verifier') ?? '').digest('base64url') === asked.challenge ? asked : complain('verifier')
}

function sendBack(response: http.ServerResponse, asked: string, answer: Readonly<Record<string, string>>): void {
  const url = new URL(new URL(asked).searchParams.get('redirect_uri') ?? '')
  for (const [name, value] of Object.entries(answer)) url.searchParams.set(name, value)
  response.writeHead(302, { Location: url.href }).end()
}

/** By the key it is given: bytes sign by HMAC, null does not sign. */
async function signed(payload: JWTPayload, key: Uint8Array | CryptoKey | null): Promise<string> {
  if (key === null) return new UnsecuredJWT(payload).encode()
  return new SignJWT(payload).setProtectedHeader({ kid: 'one', alg: key instanceof Uint8Array ? 'HS256' : 'RS256' }).sign(key)
}

function description(issuer: string, over: Record<string, unknown>) {
  return { issuer, authorization_endpoint: `${issuer}/authorize`, token_endpoint: `${issuer}/token`, jwks_uri: `${issuer}/keys`, response_types_supported: ['code'], ...over }
}
