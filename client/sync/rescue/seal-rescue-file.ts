import { fromBase64Url, toBase64Url } from '#shared/base64.ts'
import { rescueHead, rescueInfo, rescueNonce, rescuePart, type RescueContent } from '#shared/rescue/rescue-file.ts'
import type { RescueKey } from '#shared/rescue/rescue-key.ts'

/** What is sealed, and who says so. `createdAt`: device clock, ms. */
export interface RescueParts {
  tenantSlug: string
  deviceId: string
  createdAt: number
  content: RescueContent
  /** The bytes of the content's photos, in its order. */
  photos: readonly Blob[]
}

const curve = { name: 'ECDH', namedCurve: 'P-256' } as const

export function ephemeralPair(): Promise<CryptoKeyPair> {
  return crypto.subtle.generateKey(curve, true, ['deriveBits'])
}

/** Seals a queue for the office. Photo by photo: only one of them is in memory at once. A pair must seal one file only. */
export async function sealRescueFile(office: RescueKey, parts: RescueParts, pair: CryptoKeyPair): Promise<Blob> {
  const own = new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey))
  const head = rescueHead({
    tenant: parts.tenantSlug,
    deviceId: parts.deviceId,
    keyId: office.keyId,
    ephemeralKey: toBase64Url(own),
    commands: parts.content.items.length,
    photos: parts.content.photos.length,
    createdAt: parts.createdAt
  })
  const key = await fileKey(fromBase64Url(office.publicKey), { pair, own, head })
  const content = new Blob([JSON.stringify(parts.content)])
  const sealed: Blob[] = []
  for (const [index, part] of [content, ...parts.photos].entries()) {
    const iv = rescueNonce(index, index === parts.photos.length)
    const secret = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, await part.arrayBuffer())
    sealed.push(new Blob([rescuePart(new Uint8Array(secret))]))
  }
  return new Blob([head, ...sealed], { type: 'application/octet-stream' })
}

async function fileKey(
  office: Uint8Array<ArrayBuffer>,
  { pair, own, head }: { pair: CryptoKeyPair; own: Uint8Array; head: Uint8Array<ArrayBuffer> }
): Promise<CryptoKey> {
  const theirs = await crypto.subtle.importKey('raw', office, curve, false, [])
  const shared = await crypto.subtle.deriveBits({ name: 'ECDH', public: theirs }, pair.privateKey, 256)
  const secret = await crypto.subtle.importKey('raw', shared, 'HKDF', false, ['deriveKey'])
  const salt = new Uint8Array([...own, ...office])
  const info = rescueInfo(new Uint8Array(await crypto.subtle.digest('SHA-256', head)))
  return crypto.subtle.deriveKey({ name: 'HKDF', hash: 'SHA-256', salt, info }, secret, { name: 'AES-GCM', length: 256 }, false, ['encrypt'])
}
