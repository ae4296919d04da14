import { createECDH, createHash, type ECDH } from 'node:crypto'
import type { RescueKey } from '#shared/rescue/rescue-key.ts'
import { deriveKey } from '../../ports/derive-key.ts'

const curveOrder = BigInt('0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551')

/**
 * The P-256 key pair of an office, derived from SECRET_KEY: every process has the same, and it is nowhere kept. 64 derived bytes
 * reduced modulo the order of the curve, so that no private key is likelier than another.
 */
export function tenantRescueKey(secretKey: string, tenantId: string): { pair: ECDH; publicKey: RescueKey } {
  const halves = ['a', 'b'].map((half) => deriveKey(secretKey, `rescue key ${tenantId} ${half}`))
  const scalar = (BigInt(`0x${Buffer.concat(halves).toString('hex')}`) % (curveOrder - 1n)) + 1n
  const pair = createECDH('prime256v1')
  pair.setPrivateKey(Buffer.from(scalar.toString(16).padStart(64, '0'), 'hex'))
  const point = pair.getPublicKey()
  return { pair, publicKey: { keyId: createHash('sha256').update(point).digest('hex').slice(0, 16), publicKey: point.toString('base64url') } }
}
