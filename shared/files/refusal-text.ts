import type { RefusalReason } from './upload.ts'

/** Key of the text that tells a person why the photo was refused, and what to do. */
export function refusalTextKey(reason: RefusalReason): string {
  return `files.refused.${reason}`
}
