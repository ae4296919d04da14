import { createDecipheriv, createHash, hkdfSync } from 'node:crypto'
import {
  readRescueContent, readRescueHead, readRescueParts, rescueInfo, rescueNonce, type RescueContent, type RescueHeader
} from '#shared/rescue/rescue-file.ts'
import { refuseRescueFile } from '#shared/rescue/rescue-refusal.ts'
import { tenantRescueKey } from './rescue-key.ts'

export interface OpenedRescueFile {
  header: RescueHeader
  content: RescueContent
  /** The bytes of a photo of the content; checked when the file was opened. */
  photo(index: number): Buffer
}

/** Whose file it must be. */
export interface RescueOffice {
  /** The accepted ones: a file that was sealed before the key was exchanged opens while the former key is accepted. */
  secretKeys: readonly string[]
  tenantId: string
  slug: string
}

/**
 * Opens a whole rescue file, photos included, or throws `unprocessable` with a sentence for a person: no rescue file, another
 * office's, sealed for an older key, or damaged.
 */
export function openRescueFile(file: Uint8Array<ArrayBuffer>, office: RescueOffice): OpenedRescueFile {
  const { header, head } = readRescueHead(file)
  if (header.tenant !== office.slug) throw refuseRescueFile('otherOffice')
  const own = office.secretKeys.map((secretKey) => tenantRescueKey(secretKey, office.tenantId)).find(({ publicKey }) => publicKey.keyId === header.keyId)
  if (!own) throw refuseRescueFile('otherKey')
  const sealed = readRescueParts(file, { header, head })
  const key = keyOf(own, header.ephemeralKey, head)
  const parts = sealed.map((part, index) => openPart(key, part, rescueNonce(index, index === sealed.length - 1)))
  const content = readRescueContent(parts[0] as Buffer, header)
  const photos = parts.slice(1)
  const whole = content.photos.every(({ sha256, size }, at) => photos[at]?.length === size && hashOf(photos[at]) === sha256)
  if (!whole) throw damaged()
  return { header, content, photo: (index) => photos[index] as Buffer }
}

function keyOf(own: ReturnType<typeof tenantRescueKey>, ephemeralKey: string, head: Uint8Array): Buffer {
  const ephemeral = Buffer.from(ephemeralKey, 'base64url')
  const salt = Buffer.concat([ephemeral, Buffer.from(own.publicKey.publicKey, 'base64url')])
  const info = rescueInfo(createHash('sha256').update(head).digest())
  try {
    return Buffer.from(hkdfSync('sha256', own.pair.computeSecret(ephemeral), salt, info, 32))
  } catch {
    throw damaged()
  }
}

function openPart(key: Buffer, part: Uint8Array, nonce: Uint8Array): Buffer {
  if (part.length < 16) throw damaged()
  const decipher = createDecipheriv('aes-256-gcm', key, nonce)
  decipher.setAuthTag(part.subarray(part.length - 16))
  try {
    return Buffer.concat([decipher.update(part.subarray(0, part.length - 16)), decipher.final()])
  } catch {
    throw damaged()
  }
}

const hashOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
const damaged = () => refuseRescueFile('damaged')
