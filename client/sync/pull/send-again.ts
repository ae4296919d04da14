import type { Outbox } from '#client/local-store/outbox.ts'

export interface SendAgain {
  /** Before anything is dropped or mended by what a generation says. */
  check(generation: number): Promise<void>
}

/**
 * A server restored to an older state has lost what was received since: what is kept here with a receipt of another
 * generation is sent again, once per generation and start; what an answer from before settles later is told by the outbox
 * itself. The rows say so: a page killed after it heard of the new generation and before it sent again does it at its next
 * start. `resend` resolves when nothing of the other generation is being written any more.
 */
export function createSendAgain(outbox: Pick<Outbox, 'sendAgain'>, resend: () => void | Promise<void>): SendAgain {
  let checked: number | null = null
  return {
    async check(generation) {
      if (checked === generation) return
      await outbox.sendAgain(generation)
      checked = generation
      await resend()
    }
  }
}
