import type { CommandDefinition } from '../protocol/define-command.ts'
import { commentGrievance } from './comment-grievance.ts'
import { editGrievance } from './edit-grievance.ts'
import { fileGrievance } from './file-grievance.ts'
import { takeStep } from './take-step.ts'

/** The commands of this room. The list erases the args; they are parsed by each command's own schema. */
export const grievanceCommands = [fileGrievance, takeStep, editGrievance, commentGrievance] as unknown as CommandDefinition[]
