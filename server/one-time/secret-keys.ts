import { createHmac } from 'node:crypto'
import { deriveKey } from '../ports/derive-key.ts'

/** What is derived from one SECRET_KEY for links and codes that may be used once. */
export interface SecretKeys {
  /** The link token of a row: 32 bytes as base64url. The database cannot tell it, nor can a reader of the database. */
  token(row: { tenantId: string; purpose: string; id: string }): string
  /** Six digits of a row. */
  code(row: { tenantId: string; purpose: string; id: string }): string
  /** Keyed, because six digits are guessed in a moment by whoever reads a plain hash of them. */
  hash(facts: { tenantId: string; purpose: string; subject: string; secret: string }): Buffer
  /** An address as the subject of a secret. */
  subject(facts: { tenantId: string; address: string }): string
  readonly facts: Uint8Array
}

export function createSecretKeys(secretKey: string): SecretKeys {
  const keyOf = (purpose: string) => deriveKey(secretKey, `one-time ${purpose}`)
  const [tokens, codes, hashes, subjects, facts] = [keyOf('tokens'), keyOf('codes'), keyOf('hashes'), keyOf('subjects'), keyOf('facts')]
  const mac = (key: Uint8Array, parts: readonly string[]) => createHmac('sha256', key).update(JSON.stringify(parts)).digest()
  return {
    token: ({ tenantId, purpose, id }) => mac(tokens, [tenantId, purpose, id]).toString('base64url'),
    code: ({ tenantId, purpose, id }) => String(mac(codes, [tenantId, purpose, id]).readUIntBE(0, 6) % 1_000_000).padStart(6, '0'),
    hash: ({ tenantId, purpose, subject, secret }) => mac(hashes, [tenantId, purpose, subject, secret]),
    subject: ({ tenantId, address }) => mac(subjects, [tenantId, address.trim().toLowerCase()]).toString('base64url'),
    facts
  }
}
