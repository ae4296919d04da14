import fc from 'fast-check'
import { withStoredReplica } from '../device/stored-replica.ts'
import { at, choice, soakCommand } from './soak-command.ts'

const kinds = ['changed', 'raised', 'erased'] as const

/** Somebody opens the developer tools and writes below everything that believes revisions. */
export const editByHand = soakCommand({
  name: 'edit a copy by hand', weight: 1, args: fc.record({ device: choice, which: choice, kind: fc.constantFrom(...kinds), of: fc.constantFrom('cases', 'places', 'people') }),
  async run(world, { device: index, which, kind, of }) {
    const device = at(world.devices, index)!
    await device.close()
    await withStoredReplica(device, async (store, code) => {
      const rows = (await code.replicaReads(store).all(of)).filter((row) => row.type !== 'ward').sort((a, b) => a.id.localeCompare(b.id))
      const row = at(rows, which)
      if (!row) return
      const storage = store.database.collections[of].storageInstance
      const [previous] = await storage.findDocumentsById([row.id], true)
      if (!previous) return
      const written = { changed: { landmark: 'by hand', street: 'by hand', name: 'by hand' }, raised: { rev: previous.rev + 50, street: 'by hand' }, erased: { _deleted: true, rev: previous.rev + 5 } }[kind]
      const document = { ...previous, ...written, _rev: `${Number.parseInt(previous._rev, 10) + 1}-hand`, _meta: { lwt: Date.now() } }
      await store.takeFeed()
      const { error } = await storage.bulkWrite([{ previous, document }] as never, code.mendedWriteContext)
      if (error.length > 0) throw new Error(`The copy was not written: ${JSON.stringify(error[0])}`)
      device.drifted = true
    }).catch((error: unknown) => {
      // A kill that was armed before falls on what is written here as well: then nothing was.
      if (!device.life.dead) throw error
    })
  }
})

export const repair = soakCommand({
  name: 'compare and mend the copies', weight: 1, args: choice,
  async run(world, index) {
    const device = at(world.devices, index)!
    await device.open()
    const { engine, life } = device
    if (!engine) return
    const death = new Promise<null>((resolve) => life.onDeath.push(() => resolve(null)))
    // Without a line, or with a bad one, it says so and is asked again another time.
    await Promise.race([engine.repair().catch(() => null), death])
  }
})

export const driftCommands = [editByHand, repair]
