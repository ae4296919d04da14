import type { Tx } from '../postgres/transaction.ts'

const batchRows = 200

/**
 * Whole commands are kept where they were refused (issues) or wait for a record. Those that name one of these words (ids,
 * phones, e-mail addresses) lose their content; a waiting one is removed, since what it wants to change is erased. Sealed text
 * cannot be searched by the database, so each is opened once. Resolves to how many were met.
 */
export async function eraseTraces(tx: Tx, words: readonly string[]): Promise<number> {
  if (words.length === 0) return 0
  const names = (value: unknown) => {
    const text = JSON.stringify(value)
    return words.some((word) => text.includes(word))
  }
  return (await eraseIssues(tx, names)) + (await eraseWaiting(tx, names))
}

type Names = (value: unknown) => boolean

async function eraseIssues(tx: Tx, names: Names): Promise<number> {
  const met: { id: string; sealed: string }[] = []
  await eachRow<{ id: string; sealed: string; subject: string | null }>(
    tx,
    'select id, sealed, subject_id as subject from sync_issue where tenant_id = $1 and ($2::uuid is null or id > $2) order by id',
    ({ id, sealed, subject }) => {
      if (names(subject) || names(tx.sealed.open(id, sealed))) met.push({ id, sealed: tx.sealed.seal(id, { payload: null }) })
    }
  )
  await tx.query(
    `update sync_issue i set sealed = r.sealed, payload_ward = null, base = null, yours = null, theirs = null, settled_value = null, settled_before = null
     from jsonb_to_recordset($2) r(id uuid, sealed text) where i.tenant_id = $1 and i.id = r.id`,
    [tx.tenantId, JSON.stringify(met)]
  )
  return met.length
}

async function eraseWaiting(tx: Tx, names: Names): Promise<number> {
  const met: string[] = []
  await eachRow<{ id: string; sealed: string; waits: string[] }>(
    tx,
    'select command_id as id, sealed, waits_for as waits from held_command where tenant_id = $1 and ($2::uuid is null or command_id > $2) order by command_id',
    ({ id, sealed, waits }) => {
      if (names(waits) || names(tx.sealed.open(id, sealed))) met.push(id)
    }
  )
  await tx.query('delete from held_command where tenant_id = $1 and command_id = any ($2)', [tx.tenantId, met])
  return met.length
}

async function eachRow<R extends { id: string; sealed: string }>(tx: Tx, select: string, look: (row: R) => void): Promise<void> {
  let after: string | null = null
  for (;;) {
    const { rows }: { rows: R[] } = await tx.query<R>(`${select} limit ${batchRows}`, [tx.tenantId, after])
    rows.forEach(look)
    if (rows.length < batchRows) return
    after = rows.at(-1)?.id ?? null
  }
}
