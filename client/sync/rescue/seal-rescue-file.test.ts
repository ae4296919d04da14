import { expect, test } from 'vitest'
import vector from '#shared/rescue/rescue-vector.json' with { type: 'json' }
import { ephemeralPair, sealRescueFile, type RescueParts } from './seal-rescue-file.ts'

const curve = { name: 'ECDH', namedCurve: 'P-256' }

/** The pair that the vector was sealed with. */
async function vectorPair(): Promise<CryptoKeyPair> {
  const { d: _secret, ...publicPart } = vector.ephemeralPrivateKey
  const [privateKey, publicKey] = await Promise.all([
    crypto.subtle.importKey('jwk', vector.ephemeralPrivateKey, curve, false, ['deriveBits']),
    crypto.subtle.importKey('jwk', publicPart, curve, true, [])
  ])
  return { privateKey, publicKey }
}

const { tenantSlug, deviceId, createdAt, content } = vector
const parts: RescueParts = { tenantSlug, deviceId, createdAt, content, photos: [new Blob([Buffer.from(vector.photo, 'base64')])] }
const bytesOf = async (file: Blob) => Buffer.from(await file.arrayBuffer()).toString('base64')

test('the device seals to exactly the bytes that the server opens', async () => {
  expect(await bytesOf(await sealRescueFile(vector.rescueKey, parts, await vectorPair()))).toBe(vector.file)
})

test('the same queue sealed twice shows nothing of itself, nor that it is the same', async () => {
  const files = [await sealRescueFile(vector.rescueKey, parts, await ephemeralPair()), await sealRescueFile(vector.rescueKey, parts, await ephemeralPair())]
  const [first, second] = await Promise.all(files.map(bytesOf))
  expect(first).not.toBe(second)
  expect(Buffer.from(first ?? '', 'base64').includes('grievance')).toBe(false)
})
