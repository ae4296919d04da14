import type { FileGrievanceArgs } from '#shared/grievances/file-grievance.ts'
import { asOperator, commandOf, filing, makeId, type OfficeFixture } from '../office-fixture.ts'
import type { TestSession } from '../start-test-server.ts'
import type { ClonedDatabase } from '../database-clone.ts'
import { push } from '../phones/sync-calls.ts'

export interface SecondDepartment {
  /** The other department, with a category of its own: Water. */
  waterId: string
  waterCategoryId: string
}

/** Adds a department to the office of `makeOffice`, whose own is Roads. */
export async function addWater(database: ClonedDatabase, tenantId: string): Promise<SecondDepartment> {
  const water = { waterId: makeId(), waterCategoryId: makeId() }
  await asOperator(database, tenantId, async (client) => {
    await client.query(`insert into department (tenant_id, id, name) values ($1, $2, 'Water')`, [tenantId, water.waterId])
    await client.query(
      `insert into category (tenant_id, id, code, name, department_id, target_minutes) values ($1, $2, 'no-water', 'No water', $3, 1350)`,
      [tenantId, water.waterCategoryId, water.waterId]
    )
  })
  return water
}

export interface Filed {
  id: string
  contactId: string
}

/** A grievance with a reporter, filed by somebody who is not limited. It must be taken. */
export async function file(by: TestSession, office: OfficeFixture, more: Partial<FileGrievanceArgs> = {}): Promise<Filed> {
  const contactId = makeId()
  const command = filing(office, { reporter: { id: contactId, name: 'Sunita', phone: '+910000012345', email: null, language: 'hi' }, ...more })
  const [verdict] = (await push(by, [command])).verdicts
  if (verdict?.verdict !== 'applied') throw new Error(`not filed: ${JSON.stringify(verdict)}`)
  return { id: command.args['grievanceId'] as string, contactId }
}

/** Gives a grievance to another department. */
export const handOver = (grievanceId: string, from: string, to: string) =>
  commandOf('grievance.edit', { grievanceId, changes: { departmentId: to } }, { base: { departmentId: from } })
