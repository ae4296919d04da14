import { createHmac } from 'node:crypto'

/** The three roles the running system logs in with; the fourth, the owner, only migrates. */
export const loginRoles = ['sampark_app', 'sampark_relay', 'sampark_directory'] as const
export type LoginRole = (typeof loginRoles)[number]

/** Password of a role, derived from one secret, so that every process agrees and nothing more needs to be kept. */
export function rolePassword(roleSecret: string, role: LoginRole): string {
  return createHmac('sha256', roleSecret).update(`postgres:${role}`).digest('base64url')
}

/** Connection URLs of the three login roles at the same server and database as the owner's URL. */
export function roleUrls(ownerUrl: string, roleSecret: string): { app: string; relay: string; directory: string } {
  const urlOf = (role: LoginRole) => {
    const url = new URL(ownerUrl)
    url.username = role
    url.password = rolePassword(roleSecret, role)
    return url.toString()
  }
  return { app: urlOf('sampark_app'), relay: urlOf('sampark_relay'), directory: urlOf('sampark_directory') }
}
