import 'fake-indexeddb/auto'
import { randomUUID } from 'node:crypto'
import { expect, it } from 'vitest'
import { Outbox } from '#client/local-store/outbox.ts'
import { createSendAgain } from '../pull/send-again.ts'
import { isRepairDue, type RepairBook } from './repair-due.ts'

const dayMs = 86_400_000
const now = 200 * dayMs
const book = (change: Partial<RepairBook> = {}): RepairBook => ({ comparedAt: now - dayMs, due: false, untold: [], ...change })

it.each([
  ['never compared: the first sync has just brought all', null, now - dayMs, false],
  ['compared yesterday', book(), now - dayMs, false],
  ['compared eight days ago', book({ comparedAt: now - 8 * dayMs }), now - dayMs, true],
  ['asked for by a reset', book({ due: true }), now - dayMs, true],
  ['away for 89 days', book(), now - 89 * dayMs, false],
  ['away for 90 days', book(), now - 90 * dayMs, true]
])('%s', (_name, known, lastPulledAt, due) => {
  expect(isRepairDue(known, { now, lastPulledAt })).toBe(due)
})

it('sends again after a kill between hearing of the new generation and sending', async () => {
  const outbox = new Outbox({ tenantSlug: 't', userId: randomUUID(), deviceId: randomUUID() })
  const received = async (generation: number): Promise<string> => {
    const command = { id: randomUUID(), v: 1, name: 'test.note', args: {}, at: 1, actor: null, device: null }
    await outbox.append({ command, title: '', subject: null, writes: [], touches: [], blobs: [] })
    const receipt = { hash: 'a'.repeat(64), receivedAt: 1, position: '50', batch: randomUUID() }
    const verdicts = [{ id: command.id, verdict: 'applied' as const, receipt, stored: [], issues: [] }]
    await outbox.settle({ verdicts, mismatched: [], serverTime: 1, generation, durableTo: { position: null, keepDays: 14 } })
    await outbox.markApplied([command.id])
    return command.id
  }
  const before = await received(1)
  const after = await received(2)
  expect((await outbox.marks()).generation).toBe(2)
  let woken = 0
  const again = createSendAgain(outbox, () => void (woken += 1))
  await Promise.all([again.check(2), again.check(2)])
  await again.check(2)
  expect((await outbox.unsent()).rows.map(({ id }) => id)).toEqual([before])
  expect((await outbox.rows()).find(({ id }) => id === after)?.state).toBe('applied')
  expect(woken).toBeGreaterThan(0)
  outbox.close()
})
