/** Whether the server of one office can be reached: it goes away for all its devices at once, as when it is stopped for a restore. */
export class ServerGate {
  #closed = false
  #underWay = 0
  #streams = new AbortController()

  /** A request of a device: counted while it lasts; fails like any other without a server. */
  async pass<Result>(request: () => Promise<Result>): Promise<Result> {
    if (this.#closed) throw new TypeError('fetch failed')
    this.#underWay += 1
    try {
      return await request()
    } finally {
      this.#underWay -= 1
    }
  }

  /** Ends when the server goes away; for the streams of pokes. */
  get streams(): AbortSignal {
    return this.#streams.signal
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    while (this.#underWay > 0) await new Promise((resolve) => setTimeout(resolve, 5))
  }

  /** Lets what is under way end, breaks the streams, and runs `work` while nobody gets through. */
  async whileClosed(work: () => Promise<void>): Promise<void> {
    this.#closed = true
    this.#streams.abort(new TypeError('connection reset'))
    try {
      await this.idle()
      await work()
    } finally {
      this.#streams = new AbortController()
      this.#closed = false
    }
  }
}
