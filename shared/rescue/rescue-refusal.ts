import { AppError, type FieldError } from '../errors.ts'

/** Why a rescue file is not taken, with the English sentence; the screens say it in the reader's language. */
export const rescueRefusals = {
  notRescue: 'This is not a rescue file of Sampark.',
  newer: 'This rescue file was made by a newer version of the app.',
  damaged: 'The file is damaged or not complete. Take a new copy on the phone.',
  otherOffice: 'This rescue file belongs to another office.',
  otherKey: 'This rescue file was sealed for another key of the office. Take a new copy on the phone.',
  unknownAuthor: 'The office does not know the person who made this rescue file.',
  otherPerson: 'This file is not of the person and device that this token is for.',
  tooManyWait: 'Too many rescue files wait for the office. It has to judge some of them first.'
} as const
export type RescueRefusal = keyof typeof rescueRefusals

export function refuseRescueFile(why: RescueRefusal): AppError {
  return new AppError(why === 'tooManyWait' ? 'too_large' : 'unprocessable', rescueRefusals[why], [{ path: 'file', message: why }])
}

/** The reason that a refused upload names; null where it names none. */
export function rescueRefusalOf(fields: readonly FieldError[]): RescueRefusal | null {
  const message = fields.find((field) => field.path === 'file')?.message ?? ''
  return message in rescueRefusals ? (message as RescueRefusal) : null
}
