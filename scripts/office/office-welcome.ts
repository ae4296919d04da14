import type { LogLine } from '#server/embedded/embedded-folders.ts'
import type { RunningOffice } from './office.ts'

/** What a person reads when everything runs: where to go and how to get in. */
export function printWelcome({ address, logFile }: RunningOffice, log: LogLine): void {
  const lines = [
    '',
    'Sampark is ready.',
    `  Citizens       ${address}/`,
    `  Field workers  ${address}/field/`,
    `  Office         ${address}/admin/`,
    `The server's log is ${logFile}. Ctrl-C stops everything; your data stays.`,
    '',
  ]
  for (const line of lines) log(line)
}
