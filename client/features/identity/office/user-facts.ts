import { userSchema } from '#shared/identity/user.ts'
import { fieldFacts } from '#shared/schema-facts.ts'

/** What each field of a person of the office says about itself. */
export const userFacts = fieldFacts(userSchema)
