import fc from 'fast-check'
import type { PushReply } from '#shared/protocol/push.ts'
import { commandOf } from '#server/testing/office-fixture.ts'
import type { World } from '../world.ts'
import { at, choice, soakCommand } from './soak-command.ts'

/** The office's desktop: a command at once, by REST, on a good line. */
async function give(world: World, name: string, told: { args: Record<string, unknown>; base?: Record<string, unknown> }): Promise<void> {
  const command = commandOf(name, told.args, { actor: world.office.users['officer']!, ...(told.base ? { base: told.base } : {}) })
  const request = { protocol: 1, app: 'desk', commands: [command], deviceTime: Date.now() }
  const sentAt = performance.now()
  const response = await world.officer.call('POST', '/api/v1/sync/push', request)
  const reply = await response.text()
  const [verdict] = (JSON.parse(reply) as PushReply).verdicts
  if (verdict?.verdict === 'retry') return
  world.recorder.note({
    deviceId: world.officer.deviceId, userId: world.office.users['officer']!, path: '/api/v1/sync/push', sentAt, heardAt: performance.now(),
    request: JSON.stringify(request), status: response.status, reply
  })
}

interface Grievance {
  id: string
  description: string
  landmark: string | null
  wardId: string | null
  departmentId: string | null
}

async function grievanceAt(world: World, which: number): Promise<Grievance | undefined> {
  const rows = await world.stage.oracle.rows<Grievance>(world.office.tenantId,
    'select id, description, landmark, ward_id as "wardId", department_id as "departmentId" from grievance where tenant_id = $1 order by id', [world.office.tenantId])
  return at(rows, which)
}

export const officeEdits = soakCommand({
  name: 'office edits', weight: 2, args: fc.record({ which: choice, stale: fc.boolean() }),
  async run(world, { which, stale }) {
    const row = await grievanceAt(world, which)
    if (!row) return
    const base = { landmark: stale ? 'something older' : row.landmark, description: row.description }
    await give(world, 'grievance.edit', { args: { grievanceId: row.id, changes: { landmark: world.fresh(), description: world.fresh() } }, base })
  }
})

export const officeMoves = soakCommand({
  name: 'office moves a grievance', weight: 2, args: fc.record({ which: choice, ward: choice }),
  async run(world, { which, ward }) {
    const row = await grievanceAt(world, which)
    if (row) await give(world, 'grievance.edit', { args: { grievanceId: row.id, changes: { wardId: at(world.office.wards, ward) } }, base: { wardId: row.wardId } })
  }
})

export const officeHandsOver = soakCommand({
  name: 'office gives a grievance to another department', weight: 2, args: fc.record({ which: choice, department: choice }),
  async run(world, { which, department }) {
    const row = await grievanceAt(world, which)
    if (row) await give(world, 'grievance.edit', { args: { grievanceId: row.id, changes: { departmentId: at(world.office.departments, department) } }, base: { departmentId: row.departmentId } })
  }
})

export const officeAssigns = soakCommand({
  name: 'office assigns', weight: 2, args: fc.record({ which: choice, worker: choice }),
  async run(world, { which, worker }) {
    const row = await grievanceAt(world, which)
    const assigneeId = world.office.users[at(world.devices, worker)!.name]
    if (row) await give(world, 'grievance.step', { args: { grievanceId: row.id, action: 'assign', assigneeId } })
  }
})

export const officeDecides = soakCommand({
  name: 'office takes a step', weight: 1, args: fc.record({ which: choice, action: fc.constantFrom('accept', 'resolve', 'withdraw', 'reopen') }),
  async run(world, { which, action }) {
    const row = await grievanceAt(world, which)
    if (row) await give(world, 'grievance.step', { args: { grievanceId: row.id, action, text: world.fresh() } })
  }
})

export const officeSettles = soakCommand({
  name: 'office settles an issue', weight: 1, args: fc.record({ which: choice, settlement: fc.constantFrom('yours', 'theirs', 'dismissed') }),
  async run(world, { which, settlement }) {
    const rows = await world.stage.oracle.rows<{ id: string; type: string | null; subject: string | null }>(world.office.tenantId,
      `select id, subject_type as type, subject_id as subject from sync_issue where tenant_id = $1 and status = 'open' and kind = 'conflict' order by id`, [world.office.tenantId])
    const issue = at(rows, which)
    if (!issue) return
    const collection = issue.type === 'person' ? 'people' : 'cases'
    const subject = issue.type && issue.subject ? { collection, type: issue.type, id: issue.subject } : null
    await give(world, 'issue.settle', { args: { issueId: issue.id, settlement, subject } })
  }
})

export const officeCommands = [officeEdits, officeMoves, officeHandsOver, officeAssigns, officeDecides, officeSettles]
