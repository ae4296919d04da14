import { randomBytes } from 'node:crypto'
import type { LockPort } from '#client/device/locks.ts'
import type { DeviceClock } from '#client/device/clock.ts'
import type { RandomSource } from '#client/device/random.ts'
import type { Session, SessionView } from '#client/session/session.ts'
import type { SyncEngine } from '#client/sync/sync-engine.ts'
import type { Chance } from '../chance.ts'
import { faultLine, type Line } from '../wire/fault-line.ts'
import type { Recorder } from '../wire/recorder.ts'
import type { ServerGate } from '../wire/server-gate.ts'
import type { ClientCode } from './client-code.ts'
import type { Realms } from './realms.ts'
import { beginLife, Life, lifeSlug } from './lives.ts'

export interface DeviceParts {
  origin: string
  slug: string
  login: string
  password: string
  deviceId: string
  userId: string
  chance: Chance
  recorder: Recorder
  gate: ServerGate
  realms: Realms
}

/** Full entropy for ids; none for pauses, so that every jittered wait is its floor. */
const quickRandom: RandomSource = { bytes: (count) => count === 4 ? new Uint8Array(4) : new Uint8Array(randomBytes(count)) }
/** Waits that are counted on the device's clock pass this many times as fast. */
const haste = 50

interface Ports {
  clock: DeviceClock
  random: RandomSource
  locks: LockPort
}

/** A phone: what it stored outlives each run of the app. */
export class Device {
  readonly parts: DeviceParts
  readonly line: Line = { online: true, trouble: 0 }
  readonly clock: DeviceClock & { ahead: number }
  engine: SyncEngine | null = null
  session: Session | null = null
  life = new Life(0)
  deaths = 0
  /** Somebody wrote into its copies by hand: they are right again when they were compared. */
  drifted = false
  readonly #jar = { cookie: '' }
  /** The code of the present run, see realms.ts. */
  code: ClientCode | null = null

  constructor(parts: DeviceParts) {
    this.parts = parts
    this.clock = { ahead: 0, now: () => Date.now() + this.clock.ahead, monotonic: () => performance.now() * haste }
  }

  get name(): string {
    return this.parts.login
  }

  /** Starts the app; logs in at the first start. Does nothing where it is open. Resolves also when it is killed meanwhile. */
  async open(): Promise<void> {
    if (this.engine) return
    const code = this.code ?? (await this.parts.realms.take())
    if (this.engine) return this.parts.realms.giveBack(code)
    const life = new Life(this.life.number + 1)
    const locks = code.memoryLocks()
    Object.assign(this, { life, code })
    beginLife(this.parts.deviceId, life)
    const death = new Promise<void>((resolve) => life.onDeath.push(resolve))
    const start = this.#start(life, code, { clock: this.clock, random: quickRandom, locks })
    life.onDeath.push(() => this.#bury(code, start))
    await Promise.race([start, death])
  }

  async #start(life: Life, code: ClientCode, ports: Ports): Promise<SyncEngine> {
    const { login, password } = this.parts
    const session = await this.#openSession(life, code, ports)
    if (session.view().state !== 'active') await session.login(login, password)
    const engine = await code.openSyncEngine({ ...ports, session: this.#named(session, life), app: 'soak', multiInstance: false })
    if (!life.dead) Object.assign(this, { session, engine })
    return engine
  }

  /** Closed by the person, in peace; a kill that was armed may still come meanwhile. */
  async close(): Promise<void> {
    const { engine, life } = this
    this.engine = null
    await engine?.close().catch((error: unknown) => {
      if (!life.dead) throw error
    })
  }

  kill(): void {
    this.life.die()
  }

  /** The phone is not used any more; call when it is closed. */
  async retire(): Promise<void> {
    await this.close()
    if (this.code) this.parts.realms.giveBack(this.code)
    this.code = null
  }

  /** The next run has fresh modules; those of the dead one are used again once everything it left behind has ended. */
  #bury(code: ClientCode, start: Promise<SyncEngine>): void {
    this.deaths += 1
    this.engine = null
    this.code = null
    start.then((engine) => engine.close()).then(() => this.parts.realms.giveBack(code), () => undefined)
  }

  async #openSession(life: Life, code: ClientCode, ports: Ports): Promise<Session> {
    const { origin, slug, deviceId, userId, chance, recorder, gate } = this.parts
    const store = code.openDeviceStore(`/${deviceId}`)
    if ((await store.get('deviceId')) === null) await store.put('deviceId', deviceId)
    const line = faultLine({ line: this.line, life, chance, recorder, gate, deviceId, userId, jar: this.#jar })
    return code.openSession({ ...ports, basePath: `/o/${slug}`, origin, fetch: line, store, deviceLabel: () => 'soak', appVersion: '1' })
  }

  /** The session as this life sees it; see `lifeSlug`. */
  #named(session: Session, life: Life): Session {
    const rename = (view: SessionView): SessionView => {
      if (!view.info) return view
      const { tenant } = view.info
      return { ...view, info: { ...view.info, tenant: { ...tenant, slug: lifeSlug(tenant.slug, life.number) } } }
    }
    return { ...session, view: () => rename(session.view()), subscribe: (listener) => session.subscribe((view) => listener(rename(view))) }
  }
}
