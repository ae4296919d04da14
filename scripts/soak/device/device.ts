import { randomBytes } from 'node:crypto'
import { webLocks, type LockPort } from '#client/device/locks.ts'
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
import { profileLocks } from './profile-locks.ts'

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

/** One page of the app, with modules of its own. */
export interface Tab {
  engine: SyncEngine
  session: Session
  code: ClientCode
}

/** A phone: what it stored outlives each run of the app. */
export class Device {
  readonly parts: DeviceParts
  readonly line: Line = { online: true, trouble: 0 }
  readonly clock: DeviceClock & { ahead: number }
  /** The page that was opened first of those that are open. */
  engine: SyncEngine | null = null
  session: Session | null = null
  /** Another page of the same run: it shares databases, locks and cookie with the first, and dies with it. */
  second: Tab | null = null
  life = new Life(0)
  deaths = 0
  /** Somebody wrote into its copies by hand: they are right again when they were compared. */
  drifted = false
  readonly #jar = { cookie: '' }
  /** The code of the first page, see realms.ts. */
  code: ClientCode | null = null
  #ports: Ports | null = null
  readonly #ended = new WeakSet<SyncEngine>()
  #saved = 0

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
    this.#ports = { clock: this.clock, random: quickRandom, locks: webLocks(profileLocks()) }
    Object.assign(this, { life, code })
    beginLife(this.parts.deviceId, life)
    life.onDeath.push(() => {
      this.deaths += 1
      Object.assign(this, { engine: null, code: null, second: null })
    })
    const tab = await this.#begin(life, code, this.#ports)
    if (tab && !life.dead) Object.assign(this, tab)
  }

  /** A second page of the running app. Does nothing where there is one, or none at all. */
  async openSecond(): Promise<void> {
    const { engine, life } = this
    if (!engine || !this.#ports || this.second) return
    const code = await this.parts.realms.take()
    if (life.dead || this.second || this.engine !== engine) return this.parts.realms.giveBack(code)
    const tab = await this.#begin(life, code, this.#ports)
    if (tab && !life.dead) this.second = tab
  }

  /** One of two pages is closed; where it was the first, the other goes on alone. */
  async closeOne(which: 'first' | 'second'): Promise<void> {
    const { engine, session, code, second, life } = this
    if (!engine || !session || !code || !second) return
    this.second = null
    if (which === 'first') Object.assign(this, second)
    const death = new Promise<void>((resolve) => life.onDeath.push(resolve))
    const closing = this.#end(which === 'first' ? { engine, session, code } : second).catch((error: unknown) => {
      if (!life.dead) throw error
    })
    await Promise.race([closing, death])
  }

  /** The open pages, the first first. */
  get tabs(): Tab[] {
    const { engine, session, code, second } = this
    const first = engine && session && code ? [{ engine, session, code }] : []
    return second ? [...first, second] : first
  }

  /** The page that the person works in: with each save another one. */
  get inHand(): Tab | null {
    return this.tabs[this.#saved % Math.max(1, this.tabs.length)] ?? null
  }

  changeHands(): void {
    this.#saved += 1
  }

  /** Null when it is killed before it is open. */
  #begin(life: Life, code: ClientCode, ports: Ports): Promise<Tab | null> {
    const start = this.#start(life, code, ports)
    const death = new Promise<null>((resolve) => life.onDeath.push(() => resolve(null)))
    life.onDeath.push(() => void start.then((tab) => this.#end(tab)).catch(() => undefined))
    return Promise.race([start, death])
  }

  async #start(life: Life, code: ClientCode, ports: Ports): Promise<Tab> {
    const { login, password } = this.parts
    const session = await this.#openSession(life, code, ports)
    if (session.view().state !== 'active') await session.login(login, password)
    const engine = await code.openSyncEngine({ ...ports, session: this.#named(session, life), app: 'soak', multiInstance: true })
    return { engine, session, code }
  }

  /** Its modules are used again once everything of it has ended. */
  async #end({ engine, code }: Tab): Promise<void> {
    if (this.#ended.has(engine)) return
    this.#ended.add(engine)
    await engine.close()
    this.parts.realms.giveBack(code)
  }

  /** All pages closed by the person, in peace; a kill that was armed may still come meanwhile. The next run has the modules of the first. */
  async close(): Promise<void> {
    const { engine, second, life } = this
    Object.assign(this, { engine: null, second: null })
    await Promise.all([engine?.close(), second && this.#end(second)]).catch((error: unknown) => {
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
