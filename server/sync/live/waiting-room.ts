import { comparePositions } from '#shared/protocol/position.ts'
import type { Announcement } from '../announce-records.ts'

/** Pauses between two questions for the horizon, ms: short for the usual case, longer while a slow transaction holds it. */
const firstPauseMs = 2
const mostPauseMs = 50

export interface WaitingRoomParts {
  /** The feed shows what lies below it. */
  horizon(): Promise<string>
  release(ready: readonly Announcement[]): void
  setTimer: (run: () => void, ms: number) => unknown
}

export interface WaitingRoom {
  add(announcement: Announcement): void
  close(): void
}

/** Holds announcements until the horizon has passed their position. Asks at once, and only while something waits; one question at a time. */
export function createWaitingRoom({ horizon, release, setTimer }: WaitingRoomParts): WaitingRoom {
  let waiting: Announcement[] = []
  let asking = false
  let paused = false
  let closed = false
  let pauseMs = firstPauseMs

  async function look(): Promise<void> {
    if (asking || closed) return
    asking = true
    const asked = waiting.length
    const passed = await horizon().catch(() => null)
    asking = false
    if (closed) return
    const ready = passed === null ? [] : waiting.filter((one) => comparePositions(one.position, passed) < 0)
    if (ready.length > 0) {
      waiting = waiting.filter((one) => !ready.includes(one))
      pauseMs = firstPauseMs
      release(ready)
    }
    if (waiting.length > asked) void look()
    else if (waiting.length > 0) lookLater()
  }

  function lookLater(): void {
    if (paused) return
    paused = true
    setTimer(() => {
      paused = false
      void look()
    }, pauseMs)
    pauseMs = Math.min(mostPauseMs, pauseMs * 1.5)
  }

  return {
    add(announcement) {
      waiting.push(announcement)
      void look()
    },
    close: () => void (closed = true)
  }
}
