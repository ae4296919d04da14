import { startLoop, type Loop } from '../../jobs/loop.ts'
import type { Platform } from '../../platform.ts'
import { authorOf } from '../author-of.ts'
import type { CommandExecutor } from '../push.ts'
import { takeHeldTurns, type HeldTurn } from './held-store.ts'

/** Days a command waits for a record that does not come. Then it is refused, and its content goes to an issue. */
export const heldDays = 30

/** A held command is looked at anew after this time, ms, also when nothing was heard: its record may have come into sight. */
const lookAgainMs = 600_000
const pollMs = 5_000
const turnSize = 200
const dayMs = 86_400_000

type HeldPlatform = Pick<Platform, 'database' | 'pools' | 'clock' | 'log' | 'pubSub'>

/**
 * Judges held commands by themselves: when their record has come, now and then in between, and a last time when they have
 * waited long enough. Through the one executor, under the rights their author has then. Several processes may run it:
 * the executor knows a command by its id. `announcements`: the channel on which commits are told; each is a reason to look.
 */
export function startJudgingHeld(platform: HeldPlatform, executor: CommandExecutor, announcements: string): Pick<Loop, 'stop'> {
  const { database, pools, clock, log, pubSub } = platform
  const loop = startLoop('held commands', { everyMs: pollMs, log }, async () => {
    const due = { now: clock.now(), triedBefore: clock.now() - lookAgainMs, receivedBefore: clock.now() - heldDays * dayMs, most: turnSize }
    const { rows } = await pools.relay.query<{ tenantId: string }>(
      'select distinct tenant_id as "tenantId" from held_command where ready or tried_at < $1 or received_at < $2',
      [new Date(due.triedBefore).toISOString(), new Date(due.receivedBefore).toISOString()]
    )
    let judged = 0
    for (const { tenantId } of rows) {
      const turns = await database.withTenant({ tenantId }, (tx) => takeHeldTurns(tx, due))
      for (const turn of turns) judged += await judgeTurn(executor, tenantId, turn)
    }
    return judged > 0
  })
  const leave = pubSub.subscribe(announcements, () => loop.wake())
  return {
    async stop() {
      leave()
      await loop.stop()
    }
  }
}

/** How many of them are no longer held. */
async function judgeTurn(executor: CommandExecutor, tenantId: string, turn: HeldTurn): Promise<number> {
  const { verdicts } = await executor.execute({
    actor: authorOf({ tenantId, userId: turn.actorId, deviceId: turn.deviceId }),
    commands: turn.commands,
    requestId: null,
    mayHold: !turn.expired
  })
  return verdicts.filter((verdict) => verdict.verdict !== 'retry').length
}
