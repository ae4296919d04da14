import { z } from 'zod'
import { announcedPhotoSchema } from '../files/upload.ts'
import { uuidSchema } from '../ids.ts'
import { commandSchema } from '../protocol/command.ts'
import { textOf, utf8 } from '../utf8.ts'
import { refuseRescueFile } from './rescue-refusal.ts'

/**
 * The rescue file: what a phone has not sent, sealed for its office (decision 0016). Bytes: the magic, one byte of version, the
 * length of the header (4 bytes, big endian), the header as JSON, then parts, each with its length before it. Part 0 is the
 * content, part n the bytes of its photo n - 1. Each part is AES-256-GCM with a nonce that says which part it is and whether it
 * is the last, under a key from HKDF-SHA-256: ECDH P-256 of the ephemeral and the office's key, salted with both public keys,
 * with the SHA-256 of everything before the parts in `info`. Nothing is compressed: what is sent is as large as it says.
 */
export const rescueVersion = 1

/** What one file may hold; a larger queue goes into several. A proxy in front of the server takes 32 MB. */
export const rescueLimits = { fileBytes: 30_000_000, commands: 2_000, photos: 300, headerBytes: 4_096 } as const

/** Readable by anybody who has the file. */
export const rescueHeaderSchema = z.object({
  tenant: z.string().min(1).max(80),
  deviceId: uuidSchema,
  keyId: z.string().length(16),
  ephemeralKey: z.base64url().length(87),
  commands: z.int().min(0).max(rescueLimits.commands),
  photos: z.int().min(0).max(rescueLimits.photos),
  /** Clock of the device, ms. */
  createdAt: z.int().positive()
})
export type RescueHeader = z.infer<typeof rescueHeaderSchema>

/** Readable by the office only. A photo's command is always among the items. */
export const rescueContentSchema = z.object({
  authorId: uuidSchema,
  items: z.array(z.object({ command: commandSchema, title: z.string().max(300) })).max(rescueLimits.commands),
  photos: z.array(announcedPhotoSchema.extend({ commandId: uuidSchema, subjectType: z.string().max(40), subjectId: uuidSchema })).max(rescueLimits.photos),
  /** Entries and photos the phone still kept but could not read any more; they are in no file. */
  damaged: z.int().positive().optional()
})
export type RescueContent = z.infer<typeof rescueContentSchema>

type Bytes = Uint8Array<ArrayBuffer>
const magic = utf8('SAMPARK-RESCUE')
const headStart = magic.length + 1 + 4

const damaged = () => refuseRescueFile('damaged')

/** Everything before the parts. */
export function rescueHead(header: RescueHeader): Bytes {
  const json = utf8(JSON.stringify(rescueHeaderSchema.parse(header)))
  const head = new Uint8Array(headStart + json.length)
  head.set(magic)
  head[magic.length] = rescueVersion
  new DataView(head.buffer).setUint32(magic.length + 1, json.length)
  head.set(json, headStart)
  return head
}

/** Throws `unprocessable` with a sentence for a person: not a rescue file, a newer one, or damaged. */
export function readRescueHead(file: Bytes): { header: RescueHeader; head: Bytes } {
  if (magic.some((byte, at) => file[at] !== byte)) throw refuseRescueFile('notRescue')
  if (file[magic.length] !== rescueVersion) throw refuseRescueFile('newer')
  if (file.length < headStart) throw damaged()
  const length = new DataView(file.buffer, file.byteOffset).getUint32(magic.length + 1)
  if (length > rescueLimits.headerBytes || file.length < headStart + length) throw damaged()
  const head = file.subarray(0, headStart + length)
  const header = rescueHeaderSchema.safeParse(readJson(head.subarray(headStart)))
  if (!header.success) throw damaged()
  return { header: header.data, head }
}

/** A part as it stands in the file: its length, then its bytes. */
export function rescuePart(sealed: Bytes): Bytes {
  const framed = new Uint8Array(4 + sealed.length)
  new DataView(framed.buffer).setUint32(0, sealed.length)
  framed.set(sealed, 4)
  return framed
}

/** The sealed parts behind the head. Throws `unprocessable` when they are not exactly as many as the header says. */
export function readRescueParts(file: Bytes, { header, head }: { header: RescueHeader; head: Bytes }): Bytes[] {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength)
  const parts: Bytes[] = []
  let at = head.length
  while (at + 4 <= file.length) {
    const end = at + 4 + view.getUint32(at)
    if (end > file.length || parts.length > header.photos) throw damaged()
    parts.push(file.subarray(at + 4, end))
    at = end
  }
  if (at !== file.length || parts.length !== header.photos + 1) throw damaged()
  return parts
}

/** Nonce of a part: its number, and whether it is the last. A key seals one file only. */
export function rescueNonce(index: number, last: boolean): Bytes {
  const nonce = new Uint8Array(12)
  new DataView(nonce.buffer).setUint32(4, index)
  nonce[11] = last ? 1 : 0
  return nonce
}

/** HKDF's `info`, from the SHA-256 of the head. */
export function rescueInfo(headHash: Uint8Array): Bytes {
  const label = utf8('sampark rescue file 1')
  const info = new Uint8Array(label.length + headHash.length)
  info.set(label)
  info.set(headHash, label.length)
  return info
}

/** The opened first part. Throws `unprocessable` where it does not fit the header or itself. */
export function readRescueContent(bytes: Uint8Array, header: RescueHeader): RescueContent {
  const parsed = rescueContentSchema.safeParse(readJson(bytes))
  if (!parsed.success) throw damaged()
  const ids = new Set(parsed.data.items.map((item) => item.command.id))
  const fits = ids.size === header.commands && parsed.data.items.length === header.commands && parsed.data.photos.length === header.photos
  if (!fits || parsed.data.photos.some((photo) => !ids.has(photo.commandId))) throw damaged()
  return parsed.data
}

function readJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(textOf(bytes))
  } catch {
    throw damaged()
  }
}
