import { createHmac, hkdfSync } from 'node:crypto'
import { acceptedKeys, deriveKey, splitList } from './derive-key.ts'
import { seal, unseal } from './seal.ts'

/** A key by the name that stands in front of everything sealed with it. */
interface NamedKey {
  readonly id: string
  readonly seal: Uint8Array
  readonly hash: Uint8Array
}

/**
 * The keys of sealed fields. AES-256-GCM with a random nonce; tenant and id of the row are bound to the text, so that it
 * opens in its own place only. A sealed text is `<key id>.<base64url of nonce, tag and ciphertext>`.
 */
export interface KeyRing {
  /** Id of the key that new rows are sealed with. */
  readonly currentId: string
  seal(tenantId: string, rowId: string, value: unknown): string
  /** Throws an Error that names the key, never the text, when the key is not here or the text is not of this row. */
  open(tenantId: string, rowId: string, sealed: string): unknown
  /** Keyed hash of a value that must be found again, made with the current key. */
  hash(tenantId: string, value: string): string
  /** The hash by every key here: rows that were not sealed anew yet are found too. */
  hashes(tenantId: string, value: string): string[]
}

/** Rows from before sealing carry it until the rotation has sealed them: base64 of their JSON, no secret. */
const clearId = 'clear'

/**
 * `DATA_KEYS` as `id:base64url,id:base64url`, the current one first; then the keys derived from `SECRET_KEY` and from the former ones:
 * they are there without any setting, and stay for opening when others are given.
 */
export function createKeyRing(config: { SECRET_KEY: string; SECRET_KEY_PREVIOUS?: string | undefined; DATA_KEYS?: string | undefined }): KeyRing {
  const given = parseDataKeys(config.DATA_KEYS ?? '')
  const keys = [
    ...given.map(({ id, key }) => namedKey(id, key)),
    ...acceptedKeys(config).map(derivedKey)
  ]
  const byId = new Map(keys.map((key) => [key.id, key]))
  const current = keys[0]!
  const hashWith = (key: NamedKey, tenantId: string, value: string) =>
    `${key.id}.${createHmac('sha256', key.hash).update(`${tenantId}\n${value}`).digest('base64url').slice(0, 22)}`
  return {
    currentId: current.id,
    seal: (tenantId, rowId, value) => sealWith(current, bound(tenantId, rowId), JSON.stringify(value)),
    open(tenantId, rowId, sealed) {
      const dot = sealed.indexOf('.')
      const id = sealed.slice(0, dot)
      if (id === clearId) return JSON.parse(Buffer.from(sealed.slice(dot + 1), 'base64').toString('utf8')) as unknown
      const key = byId.get(id)
      if (!key) throw new Error(`The key "${id}" of a sealed field is not among DATA_KEYS.`)
      return JSON.parse(openWith(key, bound(tenantId, rowId), sealed.slice(dot + 1))) as unknown
    },
    hash: (tenantId, value) => hashWith(current, tenantId, value),
    hashes: (tenantId, value) => keys.map((key) => hashWith(key, tenantId, value))
  }
}

/** What is wrong with the text, which may be a list of `id:key` with ids of letters and digits and keys of 32 bytes; else null. */
export function dataKeysProblem(text: string): string | null {
  try {
    parseDataKeys(text)
    return null
  } catch (error) {
    return (error as Error).message
  }
}

function parseDataKeys(text: string): { id: string; key: Uint8Array }[] {
  const keys = splitList(text).map((part) => {
    const [id = '', value = '', ...rest] = part.split(':')
    const key = Buffer.from(value, 'base64url')
    if (!/^[a-z0-9]{1,20}$/.test(id) || id === clearId || key.length !== 32 || rest.length > 0)
      throw new Error('must be a list of id:key, ids of small letters and digits, keys of 32 random bytes in base64url')
    return { id, key: new Uint8Array(key) }
  })
  if (new Set(keys.map(({ id }) => id)).size < keys.length) throw new Error('names a key twice')
  return keys
}

/** Named by eight hex digits of a hash, so that the keys of two secrets are told apart. */
function derivedKey(secretKey: string): NamedKey {
  const root = deriveKey(secretKey, 'sealed fields')
  return namedKey(`derived-${Buffer.from(hkdfSync('sha256', root, 'sampark', 'name of the key', 4)).toString('hex')}`, root)
}

function namedKey(id: string, root: Uint8Array): NamedKey {
  const part = (purpose: string) => new Uint8Array(hkdfSync('sha256', root, 'sampark', purpose, 32))
  return { id, seal: part('seal fields'), hash: part('find fields') }
}

const bound = (tenantId: string, rowId: string) => `${tenantId}\n${rowId}`

function sealWith(key: NamedKey, place: string, text: string): string {
  return `${key.id}.${seal(key.seal, text, place).toString('base64url')}`
}

function openWith(key: NamedKey, place: string, text: string): string {
  const opened = unseal(key.seal, Buffer.from(text, 'base64url'), place)
  if (opened === null) throw new Error(`A field sealed with the key "${key.id}" does not open in this row.`)
  return opened
}
