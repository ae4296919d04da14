import type pg from 'pg'
import type { FileStore } from '#server/ports/file-store.ts'
import type { ClonedDatabase } from '../database-clone.ts'
import { asOperator, makeId, makeOffice } from '../office-fixture.ts'
import { testKeys } from '../start-test-server.ts'

/** Something in every corner of an office, as it is after some weeks: for what has to see all of it. */
export async function fillOffice(
  database: ClonedDatabase,
  tenant: { tenantId: string; users: { field_worker: string; owner: string } },
  fileStore: Pick<FileStore, 'put'>
): Promise<void> {
  const office = await makeOffice(database, tenant)
  const photo = makeId()
  for (const variant of ['full', 'thumb']) await fileStore.put({ tenantId: tenant.tenantId, id: photo, variant }, Buffer.from(`${variant} of a photo`))
  await asOperator(database, tenant.tenantId, async (client) => {
    const add = (table: string, rows: object[]) => addRows(client, { table, tenantId: tenant.tenantId }, rows)
    const worker = tenant.users.field_worker
    const sealed: Sealed = (value) => {
      const id = makeId()
      return { id, sealed: testKeys.seal(tenant.tenantId, id, value) }
    }
    const people = ['Asha "Āśā" \\ आशा', 'Ravi\nKumar', 'Meera 🌱'].map((name, index) => ({
      id: makeId(), household_id: office.householdA, ward_id: office.wardA, name, gender: 'unknown', birth_year: index ? 1980 + index : null, language: 'hi', notes: '', rev: index + 1
    }))
    await add('person', people)
    await add('person_contact', [{ ...sealed({ phone: '+919800000001', email: null }), person_id: people[0]!.id, ward_id: office.wardA, rev: 7 }])
    const grievances = ['LAKE1', 'LAKE2'].map((number) => ({
      id: makeId(), number, state: 'submitted', category_id: office.categoryId, description: 'A hole', latitude: 12.900000000000001, longitude: 77.6,
      ward_id: office.wardA, source: 'field', photos: [], filed_at: '2026-05-01T10:00:00.123456Z', filed_by: worker, priority: 'normal', visibility: 'public', reopened_count: 0, escalation_level: 0, rev: 3
    }))
    await add('grievance', grievances)
    const of = grievances[0]!.id
    await add('grievance_number', grievances.map(({ id, number }) => ({ number, grievance_id: id, main: true })))
    await add('grievance_event', [{ id: makeId(), grievance_id: of, event: 'filed', visibility: 'public', actor_role: 'field_worker', actor_name: 'W', at: '2026-05-01T10:00:00Z', changes: { a: 1.5, b: [1, 2.0, null] }, rev: 1 }])
    await add('reporter_contact', [{ ...sealed({ name: 'R', phone: '+919800000002', email: null }), grievance_id: of, language: 'en', rev: 1 }])
    await add('attachment', [{ id: photo, subject_type: 'grievance', subject_id: of, sha256: '0'.repeat(64), size: 15, state: 'ready', content_type: 'image/jpeg', bytes: 15, storage_key: photo, created_at: '2026-05-01T10:00:00Z', ready_at: '2026-05-01T10:00:09Z' }])
    await addTraces(add, { worker, subjectId: of, sealed })
  })
}

type Sealed = (value: object) => { id: string; sealed: string }
type Add = (table: string, rows: object[]) => Promise<unknown>

/** What work leaves behind: devices, sessions, judged and held changes, messages, the audit. */
async function addTraces(add: Add, { worker, subjectId, sealed }: { worker: string; subjectId: string; sealed: Sealed }): Promise<void> {
  const device = makeId()
  const at = '2026-05-02T10:00:00Z'
  await add('device', [{ id: device, user_id: worker, label: 'Phone', status: 'active', created_at: at, unsent_items: [], given_up: [], mended_count: 0 }])
  await add('refresh_token', [{ token_hash: `\\x${'ab'.repeat(32)}`, family_id: makeId(), user_id: worker, device_id: device, created_at: at, expires_at: at }])
  await add('lost_scope', [{ user_id: worker, scope: 'ward:old', lost_at: at }])
  const log = { actor_id: worker, device_id: device, seq: 9, claimed_at: at, received_at: at, receipt_hash: 'h', batch_id: makeId(), position: '7', touched: [], issue_ids: [] }
  await add('command_log', [{ ...log, id: makeId(), name: 'grievance.file', verdict: 'applied' }])
  await add('receipt_batch', [{ id: log.batch_id, hashes: ['h'], key_id: 'k', signature: 's', signed_at: at }])
  const issue = { command_id: makeId(), command_name: 'person.edit', author_name: 'W', claimed_at: at, received_at: at, status: 'open', rev: 1 }
  await add('sync_issue', [{ ...issue, ...sealed({ payload: null }), kind: 'conflict', subject_type: 'grievance', subject_id: subjectId, field: 'description', yours: 'a', theirs: null }])
  const held = sealed({ args: { name: 'x', depth: 1.5 } })
  await add('held_command', [{ command_id: held.id, sealed: held.sealed, command: { v: 1 }, actor_id: worker, waits_for: [subjectId, makeId()], received_at: at, tried_at: at, ready: false }])
  const message = { class: 'transactional', channel: 'sms', topic: 'grievance.acknowledged', subject_type: 'grievance', subject_id: subjectId, recipient_kind: 'reporter_contact', recipient_id: makeId(), language: 'en', params: {}, turn: 1, attempt: 1, attempt_limit: 6, not_before: at, expires_at: at, created_at: at, updated_at: at }
  const sent = { ...message, id: makeId(), status: 'sent' }
  await add('outbox', [sent, { ...message, id: makeId(), status: 'queued' }])
  await add('outbox_attempt', [{ message_id: sent.id, attempt: 1, provider: 'sms', started_at: at, outcome: 'accepted' }])
  await add('audit_entry', [{ id: makeId(), at, actor_role: 'owner', action: 'user.create', after: { name: 'x' }, xid: '7' }])
}

function addRows(client: pg.Client, { table, tenantId }: { table: string; tenantId: string }, rows: object[]): Promise<unknown> {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))].map((name) => `"${name}"`)
  return client.query(`insert into ${table} (tenant_id, ${columns.join(', ')}) select $1, ${columns.map((name) => `r.${name}`).join(', ')} from jsonb_populate_recordset(null::${table}, $2) r`, [
    tenantId,
    JSON.stringify(rows)
  ])
}
