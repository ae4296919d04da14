import { createCipheriv, createECDH, createHash, hkdfSync } from 'node:crypto'
import { rescueHead, rescueInfo, rescueNonce, rescuePart, type RescueContent } from '#shared/rescue/rescue-file.ts'
import type { RescueKey } from '#shared/rescue/rescue-key.ts'

export interface TestRescueFile {
  tenantSlug: string
  deviceId: string
  content: RescueContent
  photos?: readonly Buffer[]
}

/** A rescue file as a phone makes it, with Node's own primitives; `rescue-vector.json` holds the two to one format. */
export function sealLikeAPhone(office: RescueKey, { tenantSlug, deviceId, content, photos = [] }: TestRescueFile): Buffer {
  const ephemeral = createECDH('prime256v1')
  const own = ephemeral.generateKeys()
  const head = rescueHead({
    tenant: tenantSlug,
    deviceId,
    keyId: office.keyId,
    ephemeralKey: own.toString('base64url'),
    commands: content.items.length,
    photos: photos.length,
    createdAt: Date.now()
  })
  const theirs = Buffer.from(office.publicKey, 'base64url')
  const info = rescueInfo(createHash('sha256').update(head).digest())
  const key = Buffer.from(hkdfSync('sha256', ephemeral.computeSecret(theirs), Buffer.concat([own, theirs]), info, 32))
  const parts = [Buffer.from(JSON.stringify(content)), ...photos].map((part, index) => {
    const cipher = createCipheriv('aes-256-gcm', key, rescueNonce(index, index === photos.length))
    return rescuePart(new Uint8Array(Buffer.concat([cipher.update(part), cipher.final(), cipher.getAuthTag()])))
  })
  return Buffer.concat([head, ...parts])
}
