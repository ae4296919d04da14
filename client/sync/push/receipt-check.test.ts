import { createHash, randomUUID } from 'node:crypto'
import { expect, it } from 'vitest'
import type { PushReply, Verdict } from '#shared/protocol/push.ts'
import { receiptFits } from './receipt-check.ts'

const tenantId = randomUUID()
const batch = randomUUID()
const command = {
  id: randomUUID(),
  v: 1,
  seq: 4,
  name: 'a.b',
  args: { b: 2, a: 'सड़क', list: [1, null] },
  at: 1,
  actor: null,
  device: null
}

/** Written out by hand, so that a change of the canonical form is caught. */
const args = createHash('sha256').update('{"a":"सड़क","b":2,"list":[1,null]}').digest('hex')
const content = `{"args":"${args}","code":null,"command":"${command.id}","receivedAt":77,"tenant":"${tenantId}","verdict":"applied"}`
const hash = createHash('sha256').update(content).digest('hex')
const verdict: Verdict = {
  id: command.id,
  verdict: 'applied',
  receipt: { hash, receivedAt: 77, position: '5', batch },
  stored: [],
  issues: []
}
const reply = (hashes: string[]): PushReply => ({
  protocol: 1,
  serverTime: 77,
  generation: 1,
  durableTo: { position: null, keepDays: 14 },
  verdicts: [verdict],
  batches: [{ id: batch, hashes, keyId: 'k', signature: 's' }]
})

it('accepts the receipt for exactly this command and verdict', async () => {
  expect(await receiptFits(tenantId, command, { verdict, reply: reply([hash]) })).toBe(true)
  const again: Verdict = { ...verdict, verdict: 'duplicate', first: 'applied' }
  expect(await receiptFits(tenantId, command, { verdict: again, reply: reply([hash]) })).toBe(true)
})

it.each([
  ['other content', { command: { ...command, args: { ...command.args, b: 3 } }, verdict }],
  ['another time', { command, verdict: { ...verdict, receipt: { ...verdict.receipt!, receivedAt: 78 } } }],
  ['another verdict', { command, verdict: { ...verdict, verdict: 'merged' as const } }],
  ['another command', { command: { ...command, id: randomUUID() }, verdict }]
])('refuses it for %s', async (_what, given) => {
  expect(await receiptFits(tenantId, given.command, { verdict: given.verdict, reply: reply([hash]) })).toBe(false)
})

it('refuses it for another office, and outside the signed batch', async () => {
  expect(await receiptFits(randomUUID(), command, { verdict, reply: reply([hash]) })).toBe(false)
  expect(await receiptFits(tenantId, command, { verdict, reply: reply([]) })).toBe(false)
})
