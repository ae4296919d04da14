/** The device's two clocks. Neither is the server's; nothing that decides an order between devices may rest on them. */
export interface DeviceClock {
  /** Wall time of the device in ms since 1970 UTC. It may be wrong and may jump. */
  now(): number
  /** Milliseconds since an arbitrary start; never goes back while the page lives. For durations only. */
  monotonic(): number
}

export const deviceClock: DeviceClock = {
  now: () => Date.now(),
  monotonic: () => performance.now()
}
