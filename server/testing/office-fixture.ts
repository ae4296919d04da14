import { randomBytes } from 'node:crypto'
import pg from 'pg'
import type { FileGrievanceArgs } from '#shared/grievances/file-grievance.ts'
import type { Command } from '#shared/protocol/command.ts'
import { makeTrackingNumber } from '#shared/tracking-number.ts'
import { newId } from '#server/ports/new-id.ts'
import { systemClock } from '#server/ports/clock.ts'
import type { ClonedDatabase } from './database-clone.ts'

/** Reference data of a small office: two wards side by side, a department, a category of three working days. */
export interface OfficeFixture {
  wardA: string
  wardB: string
  departmentId: string
  categoryId: string
  householdA: string
}

export const makeId = () => newId(systemClock)

/** A square of 0.01 degrees whose lower left corner is at `[lng, lat]`. */
export function squareAt(lng: number, lat: number) {
  const side = 0.01
  const ring = [[lng, lat], [lng + side, lat], [lng + side, lat + side], [lng, lat + side], [lng, lat]]
  return { type: 'Polygon' as const, coordinates: [ring] }
}

/**
 * Waits until every transaction of the cluster that is under way now has ended. The horizon is cluster-wide: a test file
 * beside this one may hide what was just written from the feed for a moment.
 */
export async function awaitHorizon(database: ClonedDatabase): Promise<void> {
  const client = new pg.Client({ connectionString: database.ownerUrl })
  await client.connect()
  try {
    const { rows } = await client.query<{ last: string }>('select pg_snapshot_xmax(pg_current_snapshot())::text as last')
    for (let passed = false; !passed; ) {
      const seen = await client.query<{ passed: boolean }>('select pg_snapshot_xmin(pg_current_snapshot()) >= $1::xid8 as passed, pg_sleep(0.01)', [rows[0]?.last])
      passed = seen.rows[0]?.passed ?? false
    }
  } finally {
    await client.end()
  }
}

/** A transaction of the owner that stays open until the test commits it. */
export async function beginAsOperator(database: ClonedDatabase, tenantId: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: database.ownerUrl })
  await client.connect()
  await client.query('begin')
  await client.query(`select set_config('app.tenant_id', $1, true)`, [tenantId])
  return client
}

/** Writes as the owner, with the tenant set: what an operator at a database prompt would do. */
export async function asOperator<T>(database: ClonedDatabase, tenantId: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = await beginAsOperator(database, tenantId)
  try {
    const result = await work(client)
    await client.query('commit')
    return result
  } finally {
    await client.end()
  }
}

/** Two wards, a department, a category and a household; the worker has ward A. */
export async function makeOffice(
  database: ClonedDatabase,
  tenant: { tenantId: string; users: { field_worker: string } },
  office: OfficeFixture = { wardA: makeId(), wardB: makeId(), departmentId: makeId(), categoryId: makeId(), householdA: makeId() }
): Promise<OfficeFixture> {
  const t = tenant.tenantId
  await asOperator(database, t, async (client) => {
    const ward = 'insert into ward (tenant_id, id, number, name, outline) values ($1, $2, $3, $4, $5)'
    await client.query(ward, [t, office.wardA, '1', 'Lake', JSON.stringify(squareAt(77.6, 12.9))])
    await client.query(ward, [t, office.wardB, '2', 'Hill', JSON.stringify(squareAt(77.61, 12.9))])
    await client.query('insert into department (tenant_id, id, name) values ($1, $2, $3)', [t, office.departmentId, 'Roads'])
    await client.query(
      `insert into category (tenant_id, id, code, name, department_id, target_minutes) values ($1, $2, 'pothole', 'Pothole', $3, 1350)`,
      [t, office.categoryId, office.departmentId]
    )
    await client.query(
      `insert into household (tenant_id, id, ward_id, house_number, street) values ($1, $2, $3, '12', 'Lake Road')`,
      [t, office.householdA, office.wardA]
    )
    await client.query('insert into user_territory (tenant_id, user_id, ward_id) values ($1, $2, $3)', [t, tenant.users.field_worker, office.wardA])
  })
  return office
}

export function commandOf(name: string, args: Record<string, unknown>, more: Partial<Command> = {}): Command {
  return { id: makeId(), v: 1, seq: 0, name, args, at: systemClock.now(), actor: null, device: null, ...more }
}

export function filing(office: OfficeFixture, more: Partial<FileGrievanceArgs> = {}): Command {
  const args: FileGrievanceArgs = {
    grievanceId: makeId(),
    number: makeTrackingNumber('TAB', randomBytes(10)),
    categoryId: office.categoryId,
    description: 'A deep hole before the school gate',
    latitude: 12.905,
    longitude: 77.605,
    accuracyMetres: 8,
    landmark: 'School gate',
    wardId: office.wardA,
    personId: null,
    householdId: null,
    source: 'field',
    visibility: 'public',
    photos: [],
    reporter: null,
    ...more
  }
  return commandOf('grievance.file', args)
}
