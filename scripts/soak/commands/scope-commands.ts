import fc from 'fast-check'
import type { World } from '../world.ts'
import { at, choice, soakCommand } from './soak-command.ts'

/** The owner changes a worker's territory on his screen. */
async function setWards(world: World, worker: number, change: (wards: string[]) => string[]): Promise<void> {
  const userId = at(world.devices, worker)!.parts.userId
  const now = world.tenures.filter((tenure) => tenure.userId === userId && tenure.to === Infinity)
  const before = now.map((tenure) => tenure.wardId)
  const after = [...new Set(change(before))]
  const granted = after.filter((ward) => !before.includes(ward))
  world.tenures.push(...granted.map((wardId) => ({ userId, wardId, from: performance.now(), to: Infinity })))
  const response = await world.owner.call('PATCH', `/api/v1/users/${userId}`, { wardIds: after })
  if (response.status !== 200) throw new Error(`The territory was not changed: ${response.status} ${await response.text()}`)
  for (const tenure of now) if (!after.includes(tenure.wardId)) tenure.to = performance.now()
}

const workerAndWard = fc.record({ worker: choice, ward: choice })

export const grant = soakCommand({
  name: 'grant', weight: 2, args: workerAndWard,
  run: (world, { worker, ward }) => setWards(world, worker, (wards) => [...wards, at(world.office.wards, ward)!])
})

export const revoke = soakCommand({
  name: 'revoke', weight: 2, args: workerAndWard,
  run: (world, { worker, ward }) => setWards(world, worker, (wards) => wards.filter((one) => one !== at(world.office.wards, ward)))
})

/** The owner limits a worker to a department, or lets him see all of them again. */
export const limit = soakCommand({
  name: 'limit to departments', weight: 2, args: fc.record({ worker: choice, to: choice }),
  async run(world, { worker, to }) {
    const userId = at(world.devices, worker)!.parts.userId
    const all = world.office.departments
    const departments = at([null, all, ...all.map((one) => [one])], to) ?? null
    const before = world.limits.filter((term) => term.userId === userId && term.to === Infinity)
    world.limits.push({ userId, departments, from: performance.now(), to: Infinity })
    const response = await world.owner.call('PATCH', `/api/v1/users/${userId}`, { departmentLimit: departments })
    if (response.status !== 200) throw new Error(`The limit was not changed: ${response.status} ${await response.text()}`)
    for (const term of before) term.to = performance.now()
  }
})

const sql = (world: World, text: string, values: unknown[]) => world.stage.oracle.rows(world.office.tenantId, text, [world.office.tenantId, ...values])

/** A household moves with everybody in it, at the database prompt. */
export const moveHousehold = soakCommand({
  name: 'move a household', weight: 1, args: fc.record({ which: choice, ward: choice }),
  async run(world, { which, ward }) {
    await sql(world, `with home as (select id from household where tenant_id = $1 order by id offset $2 % (select count(*) from household where tenant_id = $1) limit 1),
       moved as (update household set ward_id = $3 where tenant_id = $1 and id in (select id from home)),
       people as (update person set ward_id = $3 where tenant_id = $1 and household_id in (select id from home) returning id)
       update person_contact set ward_id = $3 where tenant_id = $1 and person_id in (select id from person where tenant_id = $1 and household_id in (select id from home))`,
      [which, at(world.office.wards, ward)])
  }
})

export const writeBySql = soakCommand({
  name: 'write at the database prompt', weight: 1, args: choice,
  async run(world, which) {
    await sql(world, `update grievance set landmark = $3 where tenant_id = $1 and id =
       (select id from grievance where tenant_id = $1 order by id offset $2 % greatest(1, (select count(*) from grievance where tenant_id = $1)) limit 1)`, [which, world.fresh()])
  }
})

export const deleteBySql = soakCommand({
  name: 'delete a person at the database prompt', weight: 1, args: choice,
  async run(world, which) {
    await sql(world, `delete from person where tenant_id = $1 and id =
       (select id from person where tenant_id = $1 order by id offset $2 % greatest(1, (select count(*) from person where tenant_id = $1)) limit 1)`, [which])
  }
})

export const scopeCommands = [grant, revoke, limit, moveHousehold, writeBySql, deleteBySql]
