import type { CommandDefinition } from '../protocol/define-command.ts'
import { addHousehold, addPerson } from './add-person.ts'
import { editPerson } from './edit-person.ts'
import { moveHousehold } from './move-household.ts'

/** The commands of this room. The list erases the args; they are parsed by each command's own schema. */
export const peopleCommands = [addHousehold, addPerson, editPerson, moveHousehold] as unknown as CommandDefinition[]
