import { fromBase64Url } from '#shared/base64.ts'
import type { StoreOwner } from '../database-names.ts'
import type { RecordCipher } from '../record-cipher.ts'
import { aesCipher } from './aes-cipher.ts'
import { holdShare, newReplicaKey, ownShare, unwrapKey, wrapKey } from './key-wrapping.ts'
import { KeyStore, type HeldShare, type WrappedKey } from './key-store.ts'
import { pauseAfter, triesBeforeLogin } from './pin.ts'

/**
 * pin: a PIN is needed; `waitMs` before the next is looked at, `wrong` so many in a row. login: the share is not on this device,
 * a login with a network brings it. unreadable: the copies were sealed with a key that is gone; they are dropped and read anew.
 */
export type Unlocked =
  | { kind: 'open'; cipher: RecordCipher }
  | { kind: 'pin'; wrong: number; waitMs: number }
  | { kind: 'login' | 'unreadable' }

export type LockedOut = Exclude<Unlocked, { kind: 'open' }>

/**
 * The key to one person's copies of records on this device (decision 0012): wrapped by the server's share and, if the person
 * wants it, a PIN. Nothing here touches the outbox. `now` is the device's wall clock, ms.
 */
export class ReplicaVault {
  readonly #store: KeyStore
  readonly #now: () => number

  constructor(owner: StoreOwner, now: () => number) {
    this.#store = new KeyStore(owner)
    this.#now = now
  }

  async hasPin(): Promise<boolean> {
    return typeof (await this.#store.get('replica'))?.pinRounds === 'number'
  }

  /** Opens the key, making it at the first call. Without a PIN only what needs none. */
  async open(pin: string | null = null): Promise<Unlocked> {
    const got = await this.#unwrap(pin, false)
    if (!('key' in got)) return got
    if (await this.#store.get('nextShare')) await this.#adoptNextShare(pin)
    return { kind: 'open', cipher: aesCipher(got.key) }
  }

  /** Sets, changes or (null) removes the PIN. `current` is the present one, null without. */
  async setPin(current: string | null, next: string | null): Promise<Unlocked> {
    const got = await this.#unwrap(current, true)
    if (!('key' in got)) return got
    await this.#rewrap(got.replica, await wrapKey(got.key, got.share, next))
    return { kind: 'open', cipher: aesCipher(got.key) }
  }

  /** Takes the server's share, 32 bytes as base64url. After too many wrong PINs or a logout only one that came `with` a login. */
  async takeShare(secret: string, from: 'login' | 'refresh'): Promise<void> {
    const taken = await holdShare(fromBase64Url(secret))
    await this.#store.change(async () => {
      if (from === 'refresh' && (await this.#store.get('loginNeeded'))) return
      if (from === 'login') for (const name of ['loginNeeded', 'wrong'] as const) await this.#store.put(name, null)
      const [held, replica] = [await this.#store.get('share'), await this.#store.get('replica')]
      if (held?.id === taken.id) return
      const own = held !== null && replica?.shareId === held.id
      await this.#store.put(own ? 'nextShare' : 'share', taken)
    })
  }

  /** From here on only a login with a network opens the copies. */
  dropShare(): Promise<void> {
    return this.#store.change(async () => {
      for (const name of ['share', 'nextShare'] as const) await this.#store.put(name, null)
      await this.#store.put('loginNeeded', true)
    })
  }

  /** The PIN was forgotten, or the copies cannot be read: the next `open` makes a new key. Wipe the copies as well. */
  forgetKey(): Promise<void> {
    return this.#store.change(async () => {
      for (const name of ['replica', 'wrong'] as const) await this.#store.put(name, null)
      const next = await this.#store.get('nextShare')
      if (next) await this.#store.put('share', next)
      await this.#store.put('nextShare', null)
    })
  }

  close(): void {
    this.#store.close()
  }

  async #unwrap(pin: string | null, extractable: boolean): Promise<{ key: CryptoKey; share: HeldShare; replica: WrappedKey } | LockedOut> {
    if (await this.#store.get('loginNeeded')) return { kind: 'login' }
    const { replica, share } = await this.#replica()
    if (!share) return { kind: 'login' }
    if (share.id !== replica.shareId) return { kind: 'unreadable' }
    if (replica.pinRounds !== null) {
      const refused = await this.#beforeTry(pin)
      if (refused) return refused
    }
    const key = await unwrapKey(replica, { share, pin }, extractable)
    if (key === null) return replica.pinRounds === null ? { kind: 'unreadable' } : this.#afterWrong()
    await this.#store.put('wrong', null)
    return { key, share, replica }
  }

  /** A try is counted before it is looked at: who kills the app after each wrong PIN has no more of them. */
  async #beforeTry(pin: string | null): Promise<LockedOut | null> {
    return this.#store.change(async (): Promise<LockedOut | null> => {
      const { count, lastAt } = (await this.#store.get('wrong')) ?? { count: 0, lastAt: 0 }
      const clockWentBack = this.#now() < lastAt
      if (clockWentBack) await this.#store.put('wrong', { count, lastAt: this.#now() })
      const waitMs = Math.max(0, pauseAfter(count) - (clockWentBack ? 0 : this.#now() - lastAt))
      if (pin === null || waitMs > 0) return { kind: 'pin', wrong: count, waitMs }
      await this.#store.put('wrong', { count: count + 1, lastAt: this.#now() })
      return null
    })
  }

  async #afterWrong(): Promise<LockedOut> {
    const count = (await this.#store.get('wrong'))?.count ?? 0
    if (count < triesBeforeLogin) return { kind: 'pin', wrong: count, waitMs: pauseAfter(count) }
    await this.dropShare()
    return { kind: 'login' }
  }

  /** What is there, or a new key under the share that is there. The first of two pages wins. */
  async #replica(): Promise<{ replica: WrappedKey; share: HeldShare | null }> {
    const [known, held] = [await this.#store.get('replica'), await this.#store.get('share')]
    if (known) return { replica: known, share: held }
    const share = held ?? (await ownShare())
    const made = await wrapKey(await newReplicaKey(), share, null)
    return this.#store.change(async () => {
      const [first, present] = [await this.#store.get('replica'), await this.#store.get('share')]
      if (first) return { replica: first, share: present }
      await this.#store.put('share', share)
      await this.#store.put('replica', made)
      return { replica: made, share }
    })
  }

  async #adoptNextShare(pin: string | null): Promise<void> {
    const [replica, share, next] = [await this.#store.get('replica'), await this.#store.get('share'), await this.#store.get('nextShare')]
    if (!replica || !share || !next) return
    const key = await unwrapKey(replica, { share, pin }, true)
    if (!key) return
    const wrapped = await wrapKey(key, next, replica.pinRounds === null ? null : pin)
    await this.#rewrap(replica, wrapped, next)
  }

  /** Unless another page has wrapped it meanwhile: its PIN or share is newer than what was seen here. */
  #rewrap(seen: WrappedKey, wrapped: WrappedKey, share?: HeldShare): Promise<void> {
    return this.#store.change(async () => {
      const present = await this.#store.get('replica')
      if (present?.iv.join() !== seen.iv.join()) return
      await this.#store.put('replica', wrapped)
      if (!share) return
      await this.#store.put('share', share)
      await this.#store.put('nextShare', null)
    })
  }
}
