import { offerImpersonation } from '#server/features/identity/impersonation/impersonate.ts'
import { createOneTimeSecrets } from '#server/one-time/one-time-secrets.ts'
import { newId } from '#server/ports/new-id.ts'
import { findOffice, readArguments, type OperatorCommand } from './operator-access.ts'

const text = { type: 'string' } as const

/** The operator looks at an office in the place of one of its people and changes nothing; the office reads why and for how long in its audit. */
export const impersonateCommand: OperatorCommand = {
  usage: 'impersonate OFFICE --login LOGIN --reason "WHY" [--minutes 30]   (at most 60)',
  async run(access, args) {
    const { values, positionals } = readArguments(args, { login: text, reason: text, minutes: text })
    const { login, reason } = values
    if (!login || !reason) throw new Error(`Usage: npm run tenant -- ${impersonateCommand.usage}`)
    const { tenantId, slug } = await findOffice(access, positionals[0] ?? '')
    const needs = { ...access, newId: () => newId(access.clock), oneTime: createOneTimeSecrets([access.config.SECRET_KEY]) }
    const path = await offerImpersonation(needs, tenantId, { login, reason, minutes: Number(values.minutes ?? '30') })
    access.print(`${access.config.PUBLIC_URL}/o/${slug}${path}`)
    access.print('It works once, for ten minutes. Open it in a private window: it takes the place of a login of this browser.')
  }
}
