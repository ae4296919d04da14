import { demoPassword, makeDemoUsers } from '#server/demo-office/demo-users.ts'
import { createRandom } from '#server/demo-office/seeded-random.ts'
import type { LogLine } from '#server/embedded/embedded-folders.ts'
import type { RunningOffice } from './office.ts'

/** The first demo user of each role; neither seed nor wards change their logins. */
function demoLogins(): string[] {
  const users = makeDemoUsers(createRandom(0), 0, [])
  const roles = [...new Set(users.map(({ role }) => role))]
  return roles.map((role) => `    ${(users.find((user) => user.role === role)?.login ?? '').padEnd(8)} ${role.replace('_', ' ')}`)
}

/** What a person reads when everything runs: where to go and how to get in. */
export function printWelcome({ address, logFile, isDemo }: RunningOffice, log: LogLine): void {
  const lines = [
    '',
    'Sampark is ready.',
    `  Citizens       ${address}/`,
    `  Field workers  ${address}/field/`,
    `  Office         ${address}/admin/`,
    ...(isDemo ? [`  Demo logins, all with the password ${demoPassword}:`, ...demoLogins()] : []),
    `The server's log is ${logFile}. Ctrl-C stops everything; your data stays.`,
    '',
  ]
  for (const line of lines) log(line)
}
