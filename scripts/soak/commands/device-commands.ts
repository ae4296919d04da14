import fc from 'fast-check'
import { leaveOlderOutbox } from '../device/older-outbox.ts'
import { checkPendingShown } from '../invariants/pending-shown.ts'
import { at, choice, soakCommand } from './soak-command.ts'

const dayMs = 86_400_000
const device = choice

export const goOffline = soakCommand({
  name: 'go offline', weight: 2, args: device,
  async run(world, index) {
    at(world.devices, index)!.line.online = false
  }
})

export const goOnline = soakCommand({
  name: 'go online', weight: 2, args: device,
  async run(world, index) {
    const found = at(world.devices, index)!
    found.line.online = true
    found.engine?.syncNow()
  }
})

export const killNow = soakCommand({
  name: 'kill and reopen', weight: 2, args: device,
  async run(world, index) {
    const found = at(world.devices, index)!
    found.kill()
    await found.open()
    await checkPendingShown(world, found)
  }
})

/** Dies at its nth write from now, whatever that writes: outbox, replica, checkpoint, session. It is opened again by a later command or at the end. */
export const killLater = soakCommand({
  name: 'kill at a storage step', weight: 3, args: fc.record({ device, step: fc.integer({ min: 1, max: 30 }), when: fc.constantFrom('before', 'after') }),
  async run(world, { device: index, step, when }) {
    const found = at(world.devices, index)!
    found.life.dieAt({ step, when })
    found.engine?.syncNow()
  }
})

export const open = soakCommand({
  name: 'open', weight: 3, args: device,
  run: async (world, index) => at(world.devices, index)!.open()
})

export const close = soakCommand({
  name: 'close', weight: 1, args: device,
  run: async (world, index) => at(world.devices, index)!.close()
})

/** Saves go to the pages by turns from then on; a kill takes both. */
export const openSecond = soakCommand({
  name: 'open a second tab', weight: 2, args: device,
  run: async (world, index) => at(world.devices, index)!.openSecond()
})

export const closeTab = soakCommand({
  name: 'close one of two tabs', weight: 1, args: fc.record({ device, which: fc.constantFrom('first', 'second') }),
  run: async (world, { device: index, which }) => at(world.devices, index)!.closeOne(which)
})

export const jumpClock = soakCommand({
  name: 'jump the clock', weight: 1, args: fc.record({ device, days: fc.integer({ min: -400, max: 400 }) }),
  async run(world, { device: index, days }) {
    at(world.devices, index)!.clock.ahead += days * dayMs
  }
})

/** The service worker sends the same outbox, in a browser without Web Locks: nothing keeps it and the page apart. */
export const flushBeside = soakCommand({
  name: 'service worker sends beside the page', weight: 1, args: device,
  async run(world, index) {
    const found = at(world.devices, index)!
    const { engine, session, life } = found
    if (!engine || !session) return
    const { Outbox, flushOutbox, memoryLocks, newFlushMemory } = found.code!
    const outbox = new Outbox(engine.owner)
    const sending = flushOutbox({
      outbox, api: session.apiFor(engine.owner.userId), locks: memoryLocks(), clock: found.clock, tenantId: world.office.tenantId, app: 'worker', memory: newFlushMemory()
    }).catch((error: unknown) => {
      if (!life.dead) throw error
    })
    await Promise.race([sending, new Promise<void>((resolve) => life.onDeath.push(resolve))])
    outbox.close()
  }
})

/** The phone had the version before encryption until now: the present one opens what that left, and may be killed while it seals it. */
export const update = soakCommand({
  name: 'update from the version before encryption', weight: 1, args: fc.record({ device, killed: fc.boolean(), step: fc.integer({ min: 1, max: 12 }) }),
  async run(world, { device: index, killed, step }) {
    const found = at(world.devices, index)!
    await found.close()
    await leaveOlderOutbox(found)
    const opening = found.open()
    if (killed) found.life.dieAt({ step, when: 'after' })
    await opening
    await found.open()
    await checkPendingShown(world, found)
  }
})

export const wait = soakCommand({
  name: 'wait', weight: 2, args: fc.integer({ min: 1, max: 80 }),
  run: (_world, ms) => new Promise((resolve) => setTimeout(resolve, ms))
})

export const deviceCommands = [goOffline, goOnline, killNow, killLater, open, close, openSecond, closeTab, jumpClock, flushBeside, update, wait]
