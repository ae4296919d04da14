import type { Command } from '#shared/protocol/command.ts'
import { testKeys } from '../start-test-server.ts'

/** The row with what lies sealed in it, as the test server would open it. */
export function openedRow<R extends { id: string; sealed: string }>(tenantId: string, row: R): Omit<R, 'sealed'> & Record<string, unknown> {
  const { sealed, ...rest } = row
  return { ...rest, ...(testKeys.open(tenantId, row.id, sealed) as object) }
}

/** The command that an issue keeps. */
export function payloadOf(tenantId: string, row: { id: string; sealed: string }): Command {
  return openedRow(tenantId, row)['payload'] as Command
}
