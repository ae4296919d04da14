import { describe, expect, it, vi } from 'vitest'
import { watchConnectivity } from './connectivity.ts'

function phone(onLine = true) {
  const browser = { onLine }
  const events = new EventTarget()
  return { browser, events, line: watchConnectivity(browser, events) }
}

describe('watchConnectivity', () => {
  it('believes an answer of the server more than the browser', () => {
    const { line } = phone(false)
    expect(line.report().state).toBe('offline')
    line.noteAnswer(1000, 80)
    expect(line.report()).toEqual({ state: 'online', lastAnswerAt: 1000 })
  })

  it('does not believe "online" before the server has answered', () => {
    const { line, events } = phone()
    events.dispatchEvent(new Event('offline'))
    events.dispatchEvent(new Event('online'))
    expect(line.report().state).toBe('weak')
  })

  it('says weak after one silence and offline after two, and clears itself', () => {
    const { line } = phone()
    line.noteSilence()
    expect(line.report().state).toBe('weak')
    line.noteSilence()
    expect(line.report().state).toBe('offline')
    line.noteAnswer(5, 100)
    expect(line.report().state).toBe('online')
  })

  it('says weak when answers take long', () => {
    const { line } = phone()
    line.noteAnswer(5, 9000)
    expect(line.report().state).toBe('weak')
  })

  it('tells listeners only of changes and only until they stop', () => {
    const { line } = phone()
    const listener = vi.fn()
    const stop = line.subscribe(listener)
    line.noteAnswer(5, 100)
    line.noteAnswer(5, 100)
    stop()
    line.noteSilence()
    expect(listener.mock.calls).toEqual([[{ state: 'online', lastAnswerAt: 5 }]])
  })
})
