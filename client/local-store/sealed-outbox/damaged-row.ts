import type { OutboxRow, SealedRow } from '../outbox-row.ts'

const unreadable = 'unreadable'

/**
 * What stands in a row whose content cannot be opened: its course is known, what was entered is not. While it waits to be sent
 * it is set aside for good. What lies on the disk stays as it is.
 */
export function damagedContent({ id, seq, state, trouble }: SealedRow) {
  return {
    trouble: state === 'pending' || state === 'sent' ? ({ kind: 'damaged' } as const) : trouble,
    command: { id, seq, v: 0, name: unreadable, args: {}, at: 0, actor: null, device: null },
    title: '',
    subject: null,
    writes: [],
    touches: []
  }
}

/** Nobody can read any more what was entered. */
export const isDamaged = ({ command }: Pick<OutboxRow, 'command'>): boolean => command.name === unreadable
