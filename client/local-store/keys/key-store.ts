import { Dexie, type Table } from 'dexie'
import { keysName, type StoreOwner } from '../database-names.ts'

/** The server's share: HKDF input that this browser can use and nobody can read out. `id` tells shares apart. */
export interface HeldShare {
  readonly id: string
  readonly key: CryptoKey
}

/** The replica key, wrapped by a key made of a share and, where one is set, the PIN. */
export interface WrappedKey {
  readonly wrapped: Uint8Array<ArrayBuffer>
  readonly iv: Uint8Array<ArrayBuffer>
  readonly salt: Uint8Array<ArrayBuffer>
  readonly shareId: string
  /** Rounds of PBKDF2 over the PIN; null without a PIN. */
  readonly pinRounds: number | null
}

/** Wrong PINs in a row, and when the last was tried: wall clock of the device, ms. */
export interface WrongTries {
  readonly count: number
  readonly lastAt: number
}

interface Facts {
  share: HeldShare
  /** A share that came while the PIN, needed to wrap with it, was not known. */
  nextShare: HeldShare
  replica: WrappedKey
  wrong: WrongTries
  /** Only a login brings the share back, no refresh. */
  loginNeeded: true
}

/** What one person's keys on this device are kept in. Each change is durable when its promise resolves. */
export class KeyStore {
  readonly #db: Dexie
  readonly #facts: Table<{ name: string; value: unknown }, string>

  constructor(owner: StoreOwner) {
    this.#db = new Dexie(keysName(owner), { chromeTransactionDurability: 'strict' })
    this.#db.version(1).stores({ facts: 'name' })
    this.#facts = this.#db.table('facts')
  }

  async get<Name extends keyof Facts>(name: Name): Promise<Facts[Name] | null> {
    return ((await this.#facts.get(name))?.value ?? null) as Facts[Name] | null
  }

  async put<Name extends keyof Facts>(name: Name, value: Facts[Name] | null): Promise<void> {
    await (value === null ? this.#facts.delete(name) : this.#facts.put({ name, value }))
  }

  /** All or nothing. Never await WebCrypto inside. */
  change<Result>(work: () => Promise<Result>): Promise<Result> {
    return this.#db.transaction('rw', this.#facts, work)
  }

  close(): void {
    this.#db.close()
  }
}
