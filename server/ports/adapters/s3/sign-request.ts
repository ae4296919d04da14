import { createHash, createHmac } from 'node:crypto'

export interface S3Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly region: string
}

export interface RequestToSign {
  method: string
  url: URL
  /** SHA-256 (hex) of the body. */
  payloadHash: string
  /** Server clock, ms. */
  now: number
}

const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest()
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

/** Headers that make a request one of the key's owner: AWS Signature Version 4, service `s3`, as every S3-compatible storage checks it. */
export function signedHeaders(request: RequestToSign, credentials: S3Credentials): Record<string, string> {
  const { url, payloadHash, now } = request
  const time = new Date(now).toISOString().replace(/[-:]|\.\d{3}/g, '')
  const headers: Record<string, string> = { host: url.host, 'x-amz-content-sha256': payloadHash, 'x-amz-date': time }
  const names = Object.keys(headers).sort()
  const scope = `${time.slice(0, 8)}/${credentials.region}/s3/aws4_request`
  const canonical = [
    request.method, url.pathname, canonicalQuery(url), ...names.map((name) => `${name}:${headers[name]}`), '', names.join(';'), payloadHash
  ].join('\n')
  const signature = hmac(signingKey(time.slice(0, 8), credentials), ['AWS4-HMAC-SHA256', time, scope, sha256(canonical)].join('\n')).toString('hex')
  const { host: _sentByTheClient, ...rest } = headers
  return {
    ...rest,
    Authorization: `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${scope}, SignedHeaders=${names.join(';')}, Signature=${signature}`
  }
}

function signingKey(day: string, { secretAccessKey, region }: S3Credentials): Buffer {
  return hmac(hmac(hmac(hmac(`AWS4${secretAccessKey}`, day), region), 's3'), 'aws4_request')
}

function canonicalQuery(url: URL): string {
  const encoded = [...url.searchParams].map(([key, value]) => `${strictly(key)}=${strictly(value)}`)
  return encoded.sort().join('&')
}

/** Percent-encodes everything but the unreserved characters of RFC 3986. */
function strictly(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)
}
