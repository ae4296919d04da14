import { timingSafeEqual } from 'node:crypto'
import type { Tx } from '../postgres/transaction.ts'
import { seal, unseal } from '../ports/seal.ts'
import { createSecretKeys, type SecretKeys } from './secret-keys.ts'

/** What goes along with a secret until it is used, such as the address it is sent to. Kept sealed. */
export type SecretFacts = Readonly<Record<string, string>>

export interface NewSecret {
  /** uuidv7; messages name the secret by it. */
  id: string
  /** What it opens; a secret of one purpose is worth nothing for another. */
  purpose: string
  /** A person's id, or `subjectOf` an address. One secret per purpose and subject: a new one ends the one before. */
  subject: string
  validMs: number
  facts?: SecretFacts
}

export interface UsedSecret {
  subject: string
  facts: SecretFacts
}

export type CodeVerdict = { kind: 'right'; facts: SecretFacts } | { kind: 'wrong'; triesLeft: number } | { kind: 'none' }

/**
 * Links and codes that may be used once. Everything runs in the caller's transaction, by the server's clock (`nowMs`). Of two
 * transactions that use the same secret at once, one gets it. **Commit also when a code was wrong**: the try counts only then.
 */
export interface OneTimeSecrets {
  /** A link's token, 43 characters; sent by a message that names `id`, or handed over. */
  issueLink(tx: Tx, secret: NewSecret, nowMs: number): Promise<string>
  /** Six digits that nobody learns but the message that names `id`; five tries. */
  issueCode(tx: Tx, secret: NewSecret, nowMs: number): Promise<void>
  /** Whose link it is, without using it. */
  readLink(tx: Tx, link: { purpose: string; token: string }, nowMs: number): Promise<UsedSecret | null>
  useLink(tx: Tx, link: { purpose: string; token: string }, nowMs: number): Promise<UsedSecret | null>
  useCode(tx: Tx, code: { purpose: string; subject: string; code: string }, nowMs: number): Promise<CodeVerdict>
  /** Ends what was issued for this purpose and subject. */
  end(tx: Tx, secret: { purpose: string; subject: string }): Promise<void>
  /** What a message says; null once it was used, replaced or has expired. */
  forMessage(tx: Tx, id: string, nowMs: number): Promise<{ purpose: string; secret: string; facts: SecretFacts } | null>
  subjectOf(tenantId: string, address: string): string
}

/** Guesses at one code. */
const codeTries = 5

/** `secretKeys`: SECRET_KEY, and those before it while they are accepted. New secrets are made with the first. */
export function createOneTimeSecrets(secretKeys: readonly [string, ...string[]]): OneTimeSecrets {
  const [current, ...previous] = secretKeys.map(createSecretKeys) as [SecretKeys, ...SecretKeys[]]
  const all = [current, ...previous]
  const issue = async (tx: Tx, row: NewSecret & { kind: Kind; nowMs: number }): Promise<string> => {
    const secret = current[row.kind === 'link' ? 'token' : 'code']({ ...row, tenantId: tx.tenantId })
    await insert(tx, current, { ...row, secret })
    return secret
  }
  const reader = (tx: Tx) => (row: SecretRow): UsedSecret => ({ subject: row.subject, facts: factsOf(tx, all, row) })
  return {
    issueLink: (tx, secret, nowMs) => issue(tx, { ...secret, kind: 'link', nowMs }),
    issueCode: async (tx, secret, nowMs) => void (await issue(tx, { ...secret, kind: 'code', nowMs })),
    async readLink(tx, link, nowMs) {
      const row = await findLink(tx, all, { ...link, nowMs, uses: false })
      return row && reader(tx)(row)
    },
    async useLink(tx, link, nowMs) {
      const row = await findLink(tx, all, { ...link, nowMs, uses: true })
      return row && reader(tx)(row)
    },
    useCode: (tx, given, nowMs) => tryCode(tx, all, { ...given, nowMs }),
    async end(tx, { purpose, subject }) {
      await tx.query('delete from one_time_secret where purpose = $1 and subject = $2', [purpose, subject])
    },
    forMessage: (tx, id, nowMs) => secretForMessage(tx, all, { id, nowMs }),
    subjectOf: (tenantId, address) => current.subject({ tenantId, address })
  }
}

/** Those that ended a day ago or more: until then a message that was slow can still say that it came too late. */
export async function forgetSecrets(tx: Tx, nowMs: number): Promise<void> {
  await tx.query('delete from one_time_secret where expires_at < $1 or used_at < $1', [new Date(nowMs - 86_400_000)])
}

type Kind = 'link' | 'code'

interface SecretRow {
  id: string
  kind: Kind
  purpose: string
  subject: string
  secret_hash: Buffer
  sealed_facts: Buffer
  tries_left: number
}

const columns = 'id, kind, purpose, subject, secret_hash, sealed_facts, tries_left'
const lives = 'used_at is null and tries_left > 0'

/** A link is found by its hash alone, so its subject, which nobody names, has no part in it. */
function hashOf(keys: SecretKeys, tx: Tx, { kind, purpose, subject, secret }: { kind: Kind; purpose: string; subject: string; secret: string }): Buffer {
  return keys.hash({ tenantId: tx.tenantId, purpose, subject: kind === 'link' ? '' : subject, secret })
}

async function insert(tx: Tx, keys: SecretKeys, row: NewSecret & { kind: Kind; secret: string; nowMs: number }): Promise<void> {
  const sealed = seal(keys.facts, JSON.stringify(row.facts ?? {}), `${tx.tenantId} ${row.id}`)
  await tx.query(
    `insert into one_time_secret (tenant_id, id, kind, purpose, subject, secret_hash, sealed_facts, tries_left, created_at, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
     on conflict on constraint one_time_secret_latest do update set id = excluded.id, kind = excluded.kind, used_at = null,
       secret_hash = excluded.secret_hash, sealed_facts = excluded.sealed_facts, tries_left = excluded.tries_left,
       created_at = excluded.created_at, expires_at = excluded.expires_at`,
    [
      tx.tenantId, row.id, row.kind, row.purpose, row.subject, hashOf(keys, tx, row), sealed, row.kind === 'code' ? codeTries : 1,
      new Date(row.nowMs), new Date(row.nowMs + row.validMs)
    ]
  )
}

async function findLink(
  tx: Tx,
  keys: readonly SecretKeys[],
  link: { purpose: string; token: string; nowMs: number; uses: boolean }
): Promise<SecretRow | null> {
  const hashes = keys.map((one) => hashOf(one, tx, { kind: 'link', purpose: link.purpose, subject: '', secret: link.token }))
  const where = `kind = 'link' and purpose = $1 and secret_hash = any($2) and expires_at > $3 and ${lives}`
  const sql = link.uses
    ? `update one_time_secret set used_at = $3 where ${where} returning ${columns}`
    : `select ${columns} from one_time_secret where ${where}`
  const { rows } = await tx.query<SecretRow>(sql, [link.purpose, hashes, new Date(link.nowMs)])
  return rows[0] ?? null
}

async function tryCode(
  tx: Tx,
  keys: readonly SecretKeys[],
  given: { purpose: string; subject: string; code: string; nowMs: number }
): Promise<CodeVerdict> {
  const { rows } = await tx.query<SecretRow>(
    `update one_time_secret set tries_left = tries_left - 1
      where kind = 'code' and purpose = $1 and subject = $2 and expires_at > $3 and ${lives} returning ${columns}`,
    [given.purpose, given.subject, new Date(given.nowMs)]
  )
  const row = rows[0]
  if (!row) return { kind: 'none' }
  const isRight = keys.some((one) => timingSafeEqual(row.secret_hash, hashOf(one, tx, { ...given, kind: 'code', secret: given.code })))
  if (!isRight) return { kind: 'wrong', triesLeft: row.tries_left }
  await tx.query('update one_time_secret set used_at = $2 where id = $1', [row.id, new Date(given.nowMs)])
  return { kind: 'right', facts: factsOf(tx, keys, row) }
}

async function secretForMessage(
  tx: Tx,
  keys: readonly SecretKeys[],
  { id, nowMs }: { id: string; nowMs: number }
): Promise<{ purpose: string; secret: string; facts: SecretFacts } | null> {
  const { rows } = await tx.query<SecretRow>(`select ${columns} from one_time_secret where id = $1 and expires_at > $2 and ${lives}`, [id, new Date(nowMs)])
  const row = rows[0]
  if (!row) return null
  const place = { tenantId: tx.tenantId, purpose: row.purpose, id: row.id }
  for (const one of keys) {
    const secret = row.kind === 'link' ? one.token(place) : one.code(place)
    if (hashOf(one, tx, { ...row, secret }).equals(row.secret_hash)) return { purpose: row.purpose, secret, facts: factsOf(tx, keys, row) }
  }
  return null
}

function factsOf(tx: Tx, keys: readonly SecretKeys[], row: SecretRow): SecretFacts {
  for (const one of keys) {
    const text = unseal(one.facts, row.sealed_facts, `${tx.tenantId} ${row.id}`)
    if (text !== null) return JSON.parse(text) as SecretFacts
  }
  return {}
}
