import type { LogLine } from '#server/embedded/embedded-folders.ts'

/** What a person reads when everything runs: where to go and how to get in. */
export function printWelcome(given: { address: string; isDemo: boolean; logFile: string; log: LogLine }): void {
  const lines = [
    '',
    'Sampark is ready.',
    `  Citizens       ${given.address}/`,
    `  Field workers  ${given.address}/field/`,
    `  Office         ${given.address}/admin/`,
    `The server's log is ${given.logFile}. Ctrl-C stops everything; your data stays.`,
    '',
  ]
  for (const line of lines) given.log(line)
}
