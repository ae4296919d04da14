import { readRescueContent, readRescueHead, readRescueParts, rescueInfo, rescueNonce, type RescueContent } from '#shared/rescue/rescue-file.ts'
import type { RescueKey } from '#shared/rescue/rescue-key.ts'

/** An office that can open what a phone seals for it. */
export interface RescueOffice {
  readonly key: RescueKey
  open(file: Blob): Promise<{ content: RescueContent; photos: Uint8Array[] }>
}

const curve = { name: 'ECDH', namedCurve: 'P-256' }

export async function makeRescueOffice(): Promise<RescueOffice> {
  const pair = await crypto.subtle.generateKey(curve, true, ['deriveBits'])
  const own = new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey))
  return {
    key: { keyId: '0123456789abcdef', publicKey: Buffer.from(own).toString('base64url') },
    async open(file) {
      const bytes = new Uint8Array(await file.arrayBuffer())
      const { header, head } = readRescueHead(bytes)
      const ephemeral = new Uint8Array(Buffer.from(header.ephemeralKey, 'base64url'))
      const theirs = await crypto.subtle.importKey('raw', ephemeral, curve, false, [])
      const shared = await crypto.subtle.deriveBits({ name: 'ECDH', public: theirs }, pair.privateKey, 256)
      const secret = await crypto.subtle.importKey('raw', shared, 'HKDF', false, ['deriveKey'])
      const info = rescueInfo(new Uint8Array(await crypto.subtle.digest('SHA-256', head)))
      const hkdf = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array([...ephemeral, ...own]), info }
      const key = await crypto.subtle.deriveKey(hkdf, secret, { name: 'AES-GCM', length: 256 }, false, ['decrypt'])
      const sealed = readRescueParts(bytes, { header, head })
      const opened = sealed.map((part, index) => crypto.subtle.decrypt({ name: 'AES-GCM', iv: rescueNonce(index, index === header.photos) }, key, part))
      const [content, ...photos] = (await Promise.all(opened)).map((part) => new Uint8Array(part))
      return { content: readRescueContent(content!, header), photos }
    }
  }
}
