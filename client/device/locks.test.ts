import { describe, expect, it } from 'vitest'
import { memoryLocks } from './locks.ts'

describe('memoryLocks', () => {
  it('lets one in at a time, in order, per name', async () => {
    const locks = memoryLocks()
    const log: string[] = []
    const work = (name: string) => async () => {
      log.push(`${name} in`)
      await Promise.resolve()
      log.push(`${name} out`)
    }
    await Promise.all([locks.hold('outbox', work('a')), locks.hold('outbox', work('b'))])
    expect(log).toEqual(['a in', 'a out', 'b in', 'b out'])
  })

  it('is free again after the work failed, and hands the failure over', async () => {
    const locks = memoryLocks()
    await expect(locks.hold('outbox', () => Promise.reject(new Error('line broke')))).rejects.toThrow('line broke')
    expect(await locks.tryHold('outbox', async () => 'sent')).toEqual({ held: true, result: 'sent' })
  })

  it('does not wait when asked not to', async () => {
    const locks = memoryLocks()
    let finish = (): void => undefined
    const first = locks.hold('outbox', () => new Promise<void>((resolve) => (finish = resolve)))
    expect(await locks.tryHold('outbox', async () => 'sent')).toEqual({ held: false })
    expect(await locks.tryHold('tokens', async () => 'fresh')).toEqual({ held: true, result: 'fresh' })
    await Promise.resolve()
    finish()
    await first
  })
})
