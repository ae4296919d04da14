import { describe, expect, it } from 'vitest'
import { nextRound, noRound, type SendingRound } from './sending-round.ts'

const left = (unsent: number, photosUnsent: number, unsentBytes: number) => ({ unsent, photosUnsent, unsentBytes })
const after = (...steps: ReturnType<typeof left>[]): SendingRound => steps.reduce(nextRound, noRound)

describe('nextRound', () => {
  it('counts what has gone of all that waited, changes and photos', () => {
    expect(after(left(3, 2, 900))).toEqual({ done: 0, total: 5, sentBytes: 0, totalBytes: 900 })
    expect(after(left(3, 2, 900), left(0, 2, 600), left(0, 1, 350))).toEqual({ done: 4, total: 5, sentBytes: 550, totalBytes: 900 })
  })

  it('does not go back when more is saved meanwhile', () => {
    expect(after(left(3, 0, 300), left(1, 0, 100), left(2, 0, 200))).toEqual({ done: 2, total: 4, sentBytes: 200, totalBytes: 400 })
  })

  it('begins anew once everything has gone', () => {
    expect(after(left(3, 0, 300), left(0, 0, 0), left(1, 0, 80))).toEqual({ done: 0, total: 1, sentBytes: 0, totalBytes: 80 })
  })
})
