import { generateKeyPairSync, randomUUID, sign } from 'node:crypto'
import { expect, test } from 'vitest'
import { OfflineError } from '#client/http/api-error.ts'
import { checkSignature } from './receipt-signature.ts'

const { publicKey, privateKey } = generateKeyPairSync('ed25519')
const key = { keyId: '0123456789abcdef', publicKey: String(publicKey.export({ format: 'jwk' }).x) }
const keys = { receiptKey: key }
const next = { keyId: '00112233445566aa', publicKey: String(generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' }).x) }
const [id, batch, hash, other] = [randomUUID(), randomUUID(), 'a'.repeat(64), 'b'.repeat(64)]
const receipt = { hash, receivedAt: 1, position: '1', batch }

/** The office as it answers for the receipt. */
function office(change: { hashes?: string[]; signed?: string[]; keyId?: string; id?: string } = {}) {
  const hashes = change.hashes ?? [hash, other]
  const signature = sign(null, Buffer.from((change.signed ?? hashes).join('\n')), privateKey).toString('base64url')
  const about = { commandId: id, name: 'person.add', verdict: 'applied', code: null, hash, receivedAt: '2026-11-21T09:00:00.000Z', claimedAt: '2026-11-21T09:00:00.000Z' }
  const nobody = { actorId: null, deviceId: null, deviceLabel: null, subjectTitle: null }
  const answer = { ...about, ...nobody, batch: { id: change.id ?? batch, keyId: change.keyId ?? key.keyId, signature, hashes } }
  return { call: async () => answer as never }
}

test('a receipt in a batch that the office has signed fits', async () => {
  expect(await checkSignature(office(), keys, { id, receipt })).toBe('fits')
})

test('what was signed before the office changed its key is checked with the former key', async () => {
  expect(await checkSignature(office(), { receiptKey: next, formerReceiptKeys: [key] }, { id, receipt })).toBe('fits')
  expect(await checkSignature(office({ signed: [other] }), { receiptKey: next, formerReceiptKeys: [key] }, { id, receipt })).toBe('misfit')
  expect(await checkSignature(office(), { receiptKey: next }, { id, receipt })).toBe('unknown')
})

test.each([
  ['the signature is of other receipts', { signed: [other] }],
  ['the receipt does not stand in the batch', { hashes: [other] }],
  ['the batch is another one', { id: randomUUID() }]
])('it does not fit when %s', async (_why, change) => {
  expect(await checkSignature(office(change), keys, { id, receipt })).toBe('misfit')
})

test('nothing is said without a network, without the key, or of another key', async () => {
  const silent = { call: async () => Promise.reject(new OfflineError('no answer')) }
  expect(await checkSignature(silent, keys, { id, receipt })).toBe('unknown')
  expect(await checkSignature(office(), {}, { id, receipt })).toBe('unknown')
  expect(await checkSignature(office({ keyId: 'fedcba9876543210' }), keys, { id, receipt })).toBe('unknown')
})
