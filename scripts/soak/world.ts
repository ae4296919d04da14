import { randomBytes } from 'node:crypto'
import { filing, makeId } from '#server/testing/office-fixture.ts'
import type { ReceiptSigner } from '#server/sync/receipt-signer.ts'
import type { RecordRef } from '#shared/protocol/collection-names.ts'
import { makeTrackingNumber } from '#shared/tracking-number.ts'
import { logInTo, type TestSession } from '#server/testing/start-test-server.ts'
import { chanceOf, type Chance } from './chance.ts'
import { Device } from './device/device.ts'
import type { Realms } from './device/realms.ts'
import { forgetLives } from './device/lives.ts'
import { makeSoakOffice, soakPassword, type SoakOffice } from './office-rows.ts'
import type { Oracle } from './oracle/oracle.ts'
import { Recorder } from './wire/recorder.ts'
import { ServerGate } from './wire/server-gate.ts'

/** What all runs of a process share. */
export interface Stage {
  /** Backups are put back as well. */
  restores: boolean
  /** The server itself. */
  serverUrl: string
  /** Where devices find it: the server, or a proxy that troubles the connection. */
  deviceUrl: string
  oracle: Oracle
  /** Checks what the server signed. */
  signer: ReceiptSigner
  realms: Realms
  /** The feed of the office forgets all removals that lie behind it. */
  prune(tenantId: string): Promise<void>
  /** What a server does at its start with an office that came out of a backup. */
  restamp(tenantId: string): Promise<void>
  nextNumber(): number
}

/** How a world begins; drawn by fast-check, so that it shrinks as well. */
export interface Shape {
  /** Wards (0 to 2) of each worker at the start. */
  territories: number[][]
  /** Whether the first worker has a second phone. */
  secondPhone: boolean
  /** Share of requests in trouble, per cent. */
  trouble: number
  chance: number
}

/** A ward that a worker had, by the clock of this process: from before it was granted until after it was revoked. */
export interface Tenure {
  userId: string
  wardId: string
  from: number
  to: number
}

/** To which departments a worker was limited (null: to none), by the same clock and in the same way. */
export interface LimitTerm {
  userId: string
  departments: readonly string[] | null
  from: number
  to: number
}

/** Something a person saved: from here on it may not be lost. */
export interface Save {
  deviceId: string
  commandId: string
  /** The record it made and that the person saw at once; null for a change of another. */
  made: RecordRef | null
  /** The household a made person lives in: once its ward has left the phone, the person waits in the Sync Centre alone. */
  household: RecordRef | null
}

export interface World {
  stage: Stage
  office: SoakOffice
  devices: Device[]
  owner: TestSession
  officer: TestSession
  chance: Chance
  recorder: Recorder
  gate: ServerGate
  prunes: number
  /** How often a backup came back, and when the last was back (clock of this process, ms). */
  restores: number
  restoredAt: number
  tenures: Tenure[]
  limits: LimitTerm[]
  saves: Save[]
  /** A value that nobody wrote before. */
  fresh(): string
}

export async function makeWorld(stage: Stage, shape: Shape): Promise<World> {
  const startedAt = performance.now()
  const office = await makeSoakOffice(stage.oracle, { number: stage.nextNumber(), territories: shape.territories })
  const chance = chanceOf(shape.chance)
  const recorder = new Recorder()
  const gate = new ServerGate()
  const url = `${stage.serverUrl}/o/${office.slug}`
  const [owner, officer] = await Promise.all(['owner', 'officer'].map((login) => logInTo(url, login, { password: soakPassword })))
  const logins = shape.territories.map((_, index) => `worker${index}`)
  const common = { origin: stage.deviceUrl, slug: office.slug, password: soakPassword, chance, recorder, gate }
  const devices: Device[] = []
  for (const login of [...logins, ...(shape.secondPhone ? ['worker0'] : [])])
    devices.push(new Device({ ...common, login, deviceId: makeId(), userId: office.users[login]!, realms: stage.realms }))
  const tenures = shape.territories.flatMap((wards, index) =>
    [...new Set(wards)].map((ward) => ({ userId: office.users[`worker${index}`]!, wardId: office.wards[ward]!, from: startedAt, to: Infinity })))
  const limits = logins.map((login) => ({ userId: office.users[login]!, departments: null, from: startedAt, to: Infinity }))
  let values = 0
  const fresh = () => `v${(values += 1)}`
  await fileSome(office, officer!)
  await stage.oracle.backUp(office.tenantId)
  await Promise.all(devices.map((device) => device.open()))
  for (const device of devices) device.line.trouble = shape.trouble / 100
  return { stage, office, devices, owner: owner!, officer: officer!, chance, recorder, gate, prunes: 0, restores: 0, restoredAt: -Infinity, tenures, limits, saves: [], fresh }
}

/** One grievance in each ward, so that there is something to disagree about from the start. */
async function fileSome(office: SoakOffice, officer: TestSession): Promise<void> {
  const place = { wardA: office.wards[0]!, wardB: office.wards[1]!, departmentId: office.departments[0]!, categoryId: office.categories[0]!, householdA: makeId() }
  const commands = office.wards.map((wardId, index) => filing(place, { wardId, categoryId: office.categories[index % 2]!, number: makeTrackingNumber(office.trackingPrefix, randomBytes(10)) }))
  await officer.call('POST', '/api/v1/sync/push', { protocol: 1, app: 'desk', commands, deviceTime: Date.now() })
}

export async function closeWorld(world: World): Promise<void> {
  await Promise.all(world.devices.map((device) => device.retire().catch(() => undefined)))
  forgetLives(world.devices.map((device) => device.parts.deviceId))
}
