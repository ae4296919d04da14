import type { RescueKey } from '#shared/rescue/rescue-key.ts'
import type { Platform } from '../../platform.ts'
import type { Tx } from '../../postgres/transaction.ts'
import type { AccessTokens } from './access-token.ts'
import type { ActorLoader } from './actor-loader.ts'
import type { LoginLimits } from './login-limits.ts'
import type { MachineTokens } from './api-keys/machine-token.ts'
import type { Challenges } from './passkeys/challenges.ts'
import type { PasswordHasher } from './password-hasher.ts'
import type { SecondStepKeys } from './second-step/second-step-keys.ts'

/** What identity takes from the platform. */
export type IdentityNeeds = Pick<Platform, 'config' | 'clock' | 'newId' | 'database' | 'limiter' | 'oneTime' | 'pubSub' | 'log'> & {
  readonly pools: Pick<Platform['pools'], 'directory'>
  /** What the devices of an office seal their rescue files with. */
  rescueKeyOf(tenantId: string): RescueKey
  /** What receipts are signed with, for the devices to check them: the present key, then former ones. */
  readonly receiptKeys: readonly [RescueKey, ...RescueKey[]]
  /** Where the office lives, without a slash at the end: from the configuration, never from a request. */
  officeAddress(tx: Tx): Promise<{ readonly url: string }>
}

/** The same, and what identity makes of it once. */
export interface SessionParts extends IdentityNeeds {
  readonly hasher: PasswordHasher
  readonly limits: LoginLimits
  readonly tokens: AccessTokens
  readonly stepKeys: SecondStepKeys
  readonly machineTokens: MachineTokens
  readonly challenges: Challenges
  readonly loader: ActorLoader
}
