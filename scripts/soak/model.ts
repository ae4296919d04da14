import fc from 'fast-check'
import { deviceCommands } from './commands/device-commands.ts'
import { driftCommands } from './commands/drift-commands.ts'
import { heldCommands } from './commands/held-commands.ts'
import { officeCommands } from './commands/office-commands.ts'
import { saveCommands } from './commands/save-commands.ts'
import { scopeCommands } from './commands/scope-commands.ts'
import { serverCommands } from './commands/server-commands.ts'
import { stepsOf } from './commands/soak-command.ts'
import { checkEarlierCheckpoints } from './invariants/earlier-checkpoints.ts'
import { becomeQuiet } from './invariants/quiet.ts'
import { checkReceipts } from './invariants/receipts.ts'
import { checkReplay } from './invariants/replay.ts'
import { checkOverwrites, checkSaves } from './invariants/saves.ts'
import { checkStoredReplicas } from './invariants/stored-replica.ts'
import { checkWireScope } from './invariants/wire-scope.ts'
import { closeWorld, makeWorld, type Shape, type Stage, type World } from './world.ts'

const wards = fc.uniqueArray(fc.nat({ max: 2 }), { maxLength: 3 })
const shapes: fc.Arbitrary<Shape> = fc.record({
  territories: fc.array(wards, { minLength: 1, maxLength: 3 }), secondPhone: fc.boolean(), trouble: fc.constantFrom(0, 10, 25), chance: fc.nat()
})

const commands = [...saveCommands, ...heldCommands, ...deviceCommands, ...driftCommands, ...officeCommands, ...scopeCommands, ...serverCommands]
const mostCommands = 40

export interface RunCounts {
  requests: number
  faults: number
  deaths: number
  saves: number
  documents: number
  receipts: number
  replays: number
  checkpoints: number
  restores: number
  stillHeld: number
}

export const totals: RunCounts = { requests: 0, faults: 0, deaths: 0, saves: 0, documents: 0, receipts: 0, replays: 0, checkpoints: 0, restores: 0, stillHeld: 0 }

/** Devices of a whole office do what people do on bad lines; when it is quiet, everything that was promised must hold. */
export function soakProperty(stage: Stage) {
  return fc.asyncProperty(fc.noBias(shapes), fc.noBias(stepsOf(commands, mostCommands)), async (shape, steps) => {
    const world = await makeWorld(stage, shape)
    try {
      await fc.asyncModelRun(() => ({ model: {}, real: world }), steps)
      await becomeQuiet(world)
      await checkAll(world)
    } finally {
      await closeWorld(world)
    }
  })
}

async function checkAll(world: World): Promise<void> {
  totals.stillHeld += await checkSaves(world)
  await checkOverwrites(world)
  totals.receipts += await checkReceipts(world)
  totals.documents += await checkWireScope(world)
  await Promise.all(world.devices.map((device) => device.close()))
  await checkStoredReplicas(world)
  totals.replays += await checkReplay(world)
  totals.checkpoints += await checkEarlierCheckpoints(world, 3)
  totals.requests += world.recorder.requests
  totals.faults += world.recorder.faults
  totals.deaths += world.devices.reduce((sum, device) => sum + device.deaths, 0)
  totals.restores += world.restores
  totals.saves += world.saves.length
}
