import fc from 'fast-check'
import type { World } from '../world.ts'
import { soakCommand } from './soak-command.ts'

/** The feed forgets every removal that it may forget: all of them. A phone that had not read them has to compare. */
export const prune = soakCommand({
  name: 'prune', weight: 1, args: fc.constant(null),
  async run(world) {
    world.prunes += 1
    await world.stage.prune(world.office.tenantId)
  }
})

export const backUp = soakCommand({
  name: 'back up', weight: 1, args: fc.constant(null),
  run: (world) => world.stage.oracle.backUp(world.office.tenantId)
})

/** The office comes back as it was at the last backup, under another generation; what it wrote itself since then is gone. */
export const restore = soakCommand({
  name: 'restore the backup', weight: 1, args: fc.constant(null),
  async run(world) {
    const { tenantId } = world.office
    if (!world.stage.restores) return
    await apart(world)
    await world.gate.whileClosed(async () => {
      const from = performance.now()
      if (!(await world.stage.oracle.restore(tenantId))) return
      await world.stage.restamp(tenantId)
      Object.assign(world, { restores: world.restores + 1, restoredAt: performance.now() })
      await restoreTenures(world, from)
    })
  }
})

/** Generations are counted in seconds. */
const leastApartMs = 1_100

async function apart(world: World): Promise<void> {
  const wait = world.restoredAt + leastApartMs - performance.now()
  if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait))
}

/** Territories and limits are those of then again. */
async function restoreTenures(world: World, from: number): Promise<void> {
  const rows = await world.stage.oracle.rows<{ userId: string; wardId: string }>(world.office.tenantId,
    'select user_id as "userId", ward_id as "wardId" from user_territory where tenant_id = $1', [world.office.tenantId])
  const current = world.tenures.filter((tenure) => tenure.to === Infinity)
  const isSame = (a: { userId: string; wardId: string }, b: { userId: string; wardId: string }) => a.userId === b.userId && a.wardId === b.wardId
  for (const tenure of current) if (!rows.some((row) => isSame(row, tenure))) tenure.to = performance.now()
  for (const row of rows) if (!current.some((tenure) => isSame(row, tenure))) world.tenures.push({ ...row, from, to: Infinity })
  const limits = await world.stage.oracle.rows<{ userId: string; departments: string[] | null }>(world.office.tenantId,
    `select id as "userId", department_limit as departments from user_account where tenant_id = $1 and role = 'field_worker'`, [world.office.tenantId])
  for (const term of world.limits) if (term.to === Infinity) term.to = performance.now()
  world.limits.push(...limits.map((row) => ({ ...row, from, to: Infinity })))
}

export const serverCommands = [prune, backUp, restore]
