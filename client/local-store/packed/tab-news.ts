/** A write in one tab, told to the others: which documents of which collection. They read them from disk themselves. */
interface News {
  key: string
  ids: readonly string[]
}

type Listener = (ids: readonly string[]) => void

/** Tells the other tabs of writes, and hears of theirs. */
export class TabNews {
  private readonly channel: BroadcastChannel
  private readonly listeners = new Map<string, Listener>()

  constructor(name: string) {
    this.channel = new BroadcastChannel(`${name}:packed`)
    this.channel.onmessage = ({ data }: MessageEvent<News>) => this.listeners.get(data.key)?.(data.ids)
  }

  tell(key: string, ids: readonly string[]): void {
    this.channel.postMessage({ key, ids } satisfies News)
  }

  hear(key: string, listener: Listener): void {
    this.listeners.set(key, listener)
  }

  unhear(key: string): void {
    this.listeners.delete(key)
  }

  close(): void {
    this.channel.close()
  }
}
