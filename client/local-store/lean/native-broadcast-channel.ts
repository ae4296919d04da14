/**
 * Stands in for the package `broadcast-channel` in the build of the field app: RxDB uses it to tell other tabs of a change.
 * Every browser we build for has a BroadcastChannel of its own; the package's other ways (IndexedDB, localStorage) are for older ones.
 */
type Listener = (message: unknown) => void

export class BroadcastChannel {
  readonly name: string
  readonly #channel: globalThis.BroadcastChannel
  readonly #listeners = new Map<Listener, (event: MessageEvent<unknown>) => void>()

  constructor(name: string) {
    this.name = name
    this.#channel = new globalThis.BroadcastChannel(name)
  }

  /** The listener gets the message itself, as the package does it, not an event. */
  addEventListener(type: 'message', listener: Listener): void {
    const onMessage = (event: MessageEvent<unknown>): void => listener(event.data)
    this.#listeners.set(listener, onMessage)
    this.#channel.addEventListener(type, onMessage)
  }

  removeEventListener(type: 'message', listener: Listener): void {
    const onMessage = this.#listeners.get(listener)
    if (onMessage) this.#channel.removeEventListener(type, onMessage)
    this.#listeners.delete(listener)
  }

  postMessage(message: unknown): Promise<void> {
    this.#channel.postMessage(message)
    return Promise.resolve()
  }

  close(): Promise<void> {
    this.#channel.close()
    return Promise.resolve()
  }
}

/** RxDB asks for it only where a replication waits to be elected; ours is started by the holder of the device's lock. */
export function createLeaderElection(): never {
  throw new Error('The replicas elect no leader.')
}
