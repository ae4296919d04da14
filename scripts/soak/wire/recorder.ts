/** One answered request of a device, with every byte of both sides. Times by the clock of this process, ms. */
export interface Heard {
  deviceId: string
  userId: string
  path: string
  sentAt: number
  heardAt: number
  request: string
  status: number
  reply: string
}

/** Everything that went over the wires of a world, replies that got lost on the way included: the server had sent them. */
export class Recorder {
  readonly heard: Heard[] = []
  requests = 0
  faults = 0

  note(heard: Heard): void {
    this.heard.push(heard)
  }

  pushes(): Heard[] {
    return this.heard.filter((one) => one.path.endsWith('/sync/push'))
  }

  pulls(): Heard[] {
    return this.heard.filter((one) => one.path.endsWith('/sync/pull') && one.status === 200)
  }
}
