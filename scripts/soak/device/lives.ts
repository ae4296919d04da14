/** One run of the app on one device, from its start until it is closed or killed. */
export class Life {
  readonly number: number
  dead = false
  readonly onDeath: (() => void)[] = []
  #kill: { step: number; when: 'before' | 'after' } | null = null
  readonly #open = new Set<IDBTransaction>()

  constructor(number: number) {
    this.number = number
  }

  /** Dies at the `step`th writing transaction from now: before it begins, or right after it is durable. */
  dieAt(kill: { step: number; when: 'before' | 'after' }): void {
    this.#kill = kill
  }

  die(): void {
    if (this.dead) return
    this.dead = true
    for (const transaction of this.#open) abort(transaction)
    for (const tell of this.onDeath) tell()
  }

  /** True when this writing transaction is the one to die before. */
  begins(): boolean {
    if (this.#kill) this.#kill.step -= 1
    if (this.#kill?.step !== 0 || this.#kill.when !== 'before') return false
    this.die()
    return true
  }

  follow(transaction: IDBTransaction): void {
    const last = this.#kill?.step === 0
    this.#open.add(transaction)
    transaction.addEventListener('complete', () => {
      this.#open.delete(transaction)
      if (last) this.die()
    })
    transaction.addEventListener('abort', () => this.#open.delete(transaction))
  }
}

function abort(transaction: IDBTransaction): void {
  try {
    transaction.abort()
  } catch {
    // It was over already.
  }
}

/** By device, the newest last. */
const lives = new Map<string, Life[]>()
const livesOf = new WeakMap<IDBDatabase, Life>()

/** What databases are opened from now on for this device belongs to this life, but for those that an earlier one names as its own. */
export function beginLife(deviceId: string, life: Life): void {
  lives.set(deviceId, [...(lives.get(deviceId) ?? []), life])
}

export function forgetLives(deviceIds: readonly string[]): void {
  for (const id of deviceIds) lives.delete(id)
}

/** A life that died while it started may still open what comes next: that is as dead as the rest of it. */
function lifeOf(name: string): Life | undefined {
  const own = [...lives].find(([deviceId]) => name.includes(deviceId))?.[1]
  const number = /~(\d+)/.exec(name)?.[1]
  return number === undefined ? own?.at(-1) : own?.find((life) => life.number === Number(number))
}

/**
 * Each life gives its databases a name of its own (`slug~3`), because RxDB refuses to open one name twice in a process; here
 * they are all the one database that the device has.
 */
export const lifeSlug = (slug: string, number: number) => `${slug}~${number}`
export const withoutLife = (name: string) => name.replace(/~\d+/, '')

/** Puts lives between the app and fake-indexeddb, once per process: what died can neither read nor write any more. */
export function installLives(): void {
  const factory = IDBFactory.prototype
  const open = factory.open
  factory.open = function (this: IDBFactory, name: string, version?: number) {
    const request = version === undefined ? open.call(this, withoutLife(name)) : open.call(this, withoutLife(name), version)
    const life = lifeOf(name)
    request.addEventListener('success', () => {
      if (life) livesOf.set(request.result, life)
      // Dexie tells what changed by the name the database says of itself.
      Object.defineProperty(request.result, 'name', { value: name })
    })
    return request
  }
  const database = IDBDatabase.prototype
  const begin = database.transaction
  database.transaction = function (this: IDBDatabase, ...args: Parameters<typeof begin>) {
    const life = livesOf.get(this)
    const writes = args[1] === 'readwrite'
    if (life?.dead || (writes && life?.begins())) throw new DOMException('The app was killed.', 'InvalidStateError')
    const transaction = begin.apply(this, args)
    life?.follow(transaction)
    return transaction
  } as typeof begin
}
